using BackupPortal.Core.Maintenance;

namespace BackupPortal.Core.Restore;

/// <summary>
/// Puts a database where there is none that can be read. Whatever is in the place, the file and its log and journal, moves into quarantine as it is.
/// </summary>
internal static class QuarantineSwap
{
    // The database first: a log without its database is of no use to anybody, the other way round rows would be missing.
    private static readonly string[] s_companions = ["", "-wal", "-journal", "-shm"];

    public static void Run(string livePath, string incoming, string quarantine)
    {
        Directory.CreateDirectory(quarantine);
        foreach (var companion in s_companions)
        {
            if (FileStamp.Find(livePath + companion) is not null)
                FileMove.Run(livePath + companion, Path.Combine(quarantine, Path.GetFileName(livePath) + companion));
        }

        FileMove.Run(incoming, livePath);
        Sync(livePath, incoming, quarantine);
    }

    /// <summary>Takes it back, from whichever point it got to.</summary>
    public static void Reverse(string livePath, string incoming, string incomingIdentity, string quarantine)
    {
        if (FileStamp.Find(livePath)?.Identity == incomingIdentity)
        {
            // A log that came to be with it must not meet what comes back.
            foreach (var companion in s_companions.Where(companion => FileStamp.Find(livePath + companion) is not null))
                FileMove.Run(livePath + companion, incoming + companion);
        }

        foreach (var companion in s_companions)
        {
            var kept = Path.Combine(quarantine, Path.GetFileName(livePath) + companion);
            if (FileStamp.Find(kept) is not null && FileStamp.Find(livePath + companion) is null)
                FileMove.Run(kept, livePath + companion);
        }

        if (Directory.Exists(quarantine) && !Directory.EnumerateFileSystemEntries(quarantine).Any())
            Directory.Delete(quarantine);
        DurableFile.SyncFolder(Path.GetDirectoryName(livePath)!);
    }

    private static void Sync(params string[] touched)
    {
        foreach (var folder in touched.Select(path => Directory.Exists(path) ? path : Path.GetDirectoryName(path)!).Distinct())
            DurableFile.SyncFolder(folder);
    }
}
