namespace BackupPortal.Core.Comparison;

/// <summary>Row numbers from <paramref name="First"/> to <paramref name="Last"/>, both included.</summary>
/// <param name="InSnapshot">How many rows of the snapshot have such a number.</param>
/// <param name="InOther">The same of the other state.</param>
internal readonly record struct RowRange(long First, long Last, int InSnapshot, int InOther);
