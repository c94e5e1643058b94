namespace BackupPortal.Core.Comparison;

/// <summary>What restoring the snapshot would do to a row or file.</summary>
public enum DifferenceKind
{
    /// <summary>It is in the snapshot only.</summary>
    ComeBack,

    /// <summary>It is in both, and differs.</summary>
    Revert,

    /// <summary>It is not in the snapshot.</summary>
    Disappear,
}

internal enum Side
{
    Snapshot,
    Other,
}
