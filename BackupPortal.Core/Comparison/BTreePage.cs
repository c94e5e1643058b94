namespace BackupPortal.Core.Comparison;

/// <summary>A page of a table.</summary>
/// <param name="Number">From 0, as all page numbers here.</param>
/// <param name="LastRowId">No row below the page has a higher one; <see cref="long.MaxValue"/> where there is no bound, and in a table without row ids.</param>
internal readonly record struct BTreePage(int Number, bool IsLeaf, long LastRowId);
