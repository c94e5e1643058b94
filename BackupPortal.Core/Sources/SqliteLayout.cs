namespace BackupPortal.Core.Sources;

/// <summary>Facts of SQLite's file format.</summary>
internal static class SqliteLayout
{
    /// <summary>SQLite takes its locks on the bytes from here on, and so never reads or writes the page that they are in.</summary>
    public const long LockPageOffset = 1L << 30;
}
