namespace BackupPortal.Core.Comparison;

/// <summary>What restoring the snapshot would do to the rows of one table.</summary>
/// <param name="Number">Names the table within its comparison.</param>
/// <param name="Name">As it is called in the snapshot, if it is there.</param>
/// <param name="OtherName">As it is called in the other state; null when it is not there.</param>
public sealed record TableDifferences(int Number, string Name, string? OtherName, long ComeBack, long Revert, long Disappear)
{
    public bool IsNone => ComeBack == 0 && Revert == 0 && Disappear == 0;

    /// <summary>Another module keeps the rows; those of a search table may follow from another table's.</summary>
    public bool IsVirtual { get; init; }
}

/// <summary>The same for files and links.</summary>
public sealed record FileDifferences(long ComeBack, long Revert, long Disappear)
{
    public bool IsNone => ComeBack == 0 && Revert == 0 && Disappear == 0;
}
