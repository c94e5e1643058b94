namespace BackupPortal.Core.Sources;

/// <summary>Which paths belong to a live database, and so must never be opened, copied or moved as files by a backup.</summary>
public static class LiveDatabaseFiles
{
    private static readonly string[] Suffixes = ["", "-wal", "-shm", "-journal"];

    /// <summary>The database and its companions, whether they are there or not; also beside the file that a link leads to, where SQLite keeps them.</summary>
    public static IReadOnlyList<string> Of(string databasePath)
    {
        var paths = Suffixes.Select(suffix => databasePath + suffix);
        return File.ResolveLinkTarget(databasePath, returnFinalTarget: true) is { } target
            ? [.. paths, .. Suffixes.Select(suffix => target.FullName + suffix)]
            : [.. paths];
    }
}
