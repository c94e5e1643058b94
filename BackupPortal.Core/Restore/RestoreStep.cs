namespace BackupPortal.Core.Restore;

/// <summary>How far a restore is, as its journal says it: the last step that is done and durable.</summary>
internal enum RestoreStep
{
    /// <summary>Staging has begun; live data is untouched.</summary>
    Staging,

    /// <summary>Everything to be put live is on disk and proven; live data is untouched.</summary>
    Staged,

    /// <summary>Users are out; the swap of the database is about to happen, or has just happened.</summary>
    Fenced,
    DatabaseSwapped,
    FilesSwapped,
    Probed,

    /// <summary>Users are in again.</summary>
    Released,
    SafetyStored,
    Checked,
    Done,

    /// <summary>Live data is on its way back to the state before; users are out.</summary>
    Returning,

    /// <summary>Live data is as it was before; users are in again.</summary>
    Returned,
}
