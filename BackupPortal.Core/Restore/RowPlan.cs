using BackupPortal.Core.Comparison;

namespace BackupPortal.Core.Restore;

/// <summary>Which rows have to be written so that the live database holds what the staged one does.</summary>
/// <param name="Tables">Those with rows that differ; shadow tables of virtual ones are among them.</param>
/// <param name="WrittenWhole">SQLite's own tables, which are small.</param>
/// <param name="RowCount">How many rows that is: written, removed, or both.</param>
internal sealed record RowPlan(IReadOnlyList<TableRows> Tables, IReadOnlyList<string> WrittenWhole, int UserVersion, int ApplicationId, long RowCount);

/// <param name="Ranges">In a table with row numbers: between the first and the last number no row stays as it is.</param>
/// <param name="Removed">Keys of rows, in a table without row numbers.</param>
/// <param name="Written">The same of those that come from the staged database.</param>
internal sealed record TableRows(
    StoredTable Table, IReadOnlyList<RowRange> Ranges, IReadOnlyList<StoredValue[]> Removed, IReadOnlyList<StoredValue[]> Written)
{
    public long RemovedCount => Ranges.Sum(static range => (long)range.InOther) + Removed.Count;

    public long WrittenCount => Ranges.Sum(static range => (long)range.InSnapshot) + Written.Count;
}
