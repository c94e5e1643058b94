namespace BackupPortal.Core.Sources;

/// <summary>Which paths belong to a live database, and so must never be opened, copied or moved as files by a backup.</summary>
public static class LiveDatabaseFiles
{
    private static readonly string[] Suffixes = ["", "-wal", "-shm", "-journal"];

    /// <summary>The database and its companions, whether they are there or not; also beside the file that a link leads to, where SQLite keeps them.</summary>
    public static IReadOnlyList<string> Of(string databasePath)
    {
        var paths = Suffixes.Select(suffix => databasePath + suffix);
        return LinkedFile(databasePath) is { } target
            ? [.. paths, .. Suffixes.Select(suffix => target + suffix)]
            : [.. paths];
    }

    /// <summary>Null when the path is no link; there may also be nothing.</summary>
    private static string? LinkedFile(string path)
    {
        // Asked first, because a missing file would cost an exception, and most of these are missing.
        if (new FileInfo(path).LinkTarget is null)
            return null;
        try
        {
            return File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }
}
