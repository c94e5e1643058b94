namespace BackupPortal.Core.Catalog;

/// <summary>What an <see cref="AccessToken"/> may do, at most: never more than its account may when it is used. Kept by name.</summary>
[Flags]
public enum TokenRights
{
    /// <summary>Not even to look: no token is made with it. Asking for it asks only whom a token belongs to, and for which tenants it is.</summary>
    None = 0,

    /// <summary>To look at tenants, live data, snapshots, comparisons, operations and settings.</summary>
    Read = 1,

    Backup = 1 << 1,
    Verify = 1 << 2,

    /// <summary>To restore, undo, and bring parts back.</summary>
    Restore = 1 << 3,

    /// <summary>To export snapshots, keep local copies of them, and download both.</summary>
    Export = 1 << 4,

    /// <summary>To upload, and to make snapshots of what came in.</summary>
    Import = 1 << 5,

    /// <summary>To change the schedule.</summary>
    Settings = 1 << 6,

    /// <summary>To begin and end maintenance mode by hand.</summary>
    Maintenance = 1 << 7,

    /// <summary>To cancel and dismiss operations, and to delete snapshots and copies.</summary>
    Manage = 1 << 8,

    /// <summary>What concerns the whole host, for tokens of operators.</summary>
    Host = 1 << 9,
}
