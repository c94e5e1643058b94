namespace BackupPortal.Core.Snapshots;

/// <summary>How far a check of a snapshot goes. A higher level finds all that a lower one does. The names are kept in the catalog.</summary>
public enum VerifyLevel
{
    /// <summary>Every object that a restore needs is there and has its right length, and names what the others expect of it. Contents are not read.</summary>
    Presence,

    /// <summary>Everything that a restore needs is read, decoded and checked against its hash.</summary>
    Decode,

    /// <summary>The snapshot is restored to a scratch place, the database is checked there by SQLite and against the record, and all of it is deleted again.</summary>
    Drill,
}
