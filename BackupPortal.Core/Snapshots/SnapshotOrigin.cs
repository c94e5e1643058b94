namespace BackupPortal.Core.Snapshots;

/// <summary>Why a snapshot was made.</summary>
public enum SnapshotOrigin
{
    /// <summary>A person asked for it.</summary>
    Manual,

    /// <summary>The schedule asked for it.</summary>
    Automatic,

    /// <summary>The state right before a restore; what undo goes back to.</summary>
    Safety,

    /// <summary>It came in from outside.</summary>
    Imported,
}
