namespace BackupPortal.Core.Restore;

/// <summary>How the database gets into its place.</summary>
internal enum SwapMode
{
    /// <summary>Nobody else has it open: the two files change places.</summary>
    Exclusive,

    /// <summary>Somebody has, or may have it open: pages are written through SQLite, in one transaction.</summary>
    Shared,

    /// <summary>There is no readable database in the place: what is there moves to quarantine.</summary>
    Quarantine,

    /// <summary>Somebody has, or may have it open, and little differs: only rows that do are written through SQLite, in one transaction.</summary>
    Rows,
}
