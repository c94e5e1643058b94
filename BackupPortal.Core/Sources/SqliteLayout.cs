namespace BackupPortal.Core.Sources;

/// <summary>Facts of SQLite's file format.</summary>
internal static class SqliteLayout
{
    /// <summary>SQLite takes its locks on the bytes from here on, and so never reads or writes the page that they are in.</summary>
    public const long LockPageOffset = 1L << 30;

    private const int HeaderSize = 100;
    private const byte InteriorIndex = 2;
    private const byte InteriorTable = 5;

    /// <summary>Whether a page says that it leads to others, as about one in two hundred does. A page of another kind hardly ever says so.</summary>
    /// <param name="number">From 0.</param>
    public static bool IsInterior(ReadOnlySpan<byte> page, long number) => page[number == 0 ? HeaderSize : 0] is InteriorIndex or InteriorTable;
}
