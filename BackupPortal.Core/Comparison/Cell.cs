namespace BackupPortal.Core.Comparison;

/// <summary>One row as it is stored.</summary>
/// <param name="RowId">0 in a table without row ids.</param>
/// <param name="Local">The part of the record that is in the cell itself.</param>
/// <param name="Length">Of the whole record, in bytes.</param>
/// <param name="FirstOverflow">The page, from 1, where the record goes on; 0 when it does not.</param>
internal readonly record struct Cell(long RowId, ReadOnlyMemory<byte> Local, int Length, uint FirstOverflow);
