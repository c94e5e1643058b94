namespace BackupPortal.Core.Comparison;

/// <summary>Row numbers from <paramref name="First"/> to <paramref name="Last"/>, both included.</summary>
internal readonly record struct RowRange(long First, long Last);
