namespace BackupPortal.Core.Comparison;

/// <summary>A page of a table.</summary>
/// <param name="Number">From 0, as all page numbers here.</param>
internal readonly record struct BTreePage(int Number, bool IsLeaf);
