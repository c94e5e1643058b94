using BackupPortal.Core.Maintenance;

namespace BackupPortal.Core.Restore;

/// <summary>The database file that is about to go live. Nobody but the restore knows it, so it may be opened like any file.</summary>
internal static class StagedDatabase
{
    private const int WriteVersionAt = 18;
    private const byte RollbackVersion = 1;
    private const byte WalVersion = 2;

    /// <summary>
    /// Makes the file ask for the given journal mode as soon as it is opened: what its header says, like <c>PRAGMA journal_mode</c>, but without
    /// opening it, so that no log comes to be beside it.
    /// </summary>
    public static void SetJournalMode(string file, bool wal)
    {
        var version = wal ? WalVersion : RollbackVersion;
        using var handle = File.OpenHandle(file, FileMode.Open, FileAccess.ReadWrite);
        if (RandomAccess.GetLength(handle) == 0)
            return;
        var there = new byte[2];
        if (RandomAccess.Read(handle, there, WriteVersionAt) == there.Length && there[0] == version && there[1] == version)
            return;
        RandomAccess.Write(handle, [version, version], WriteVersionAt);
        RandomAccess.FlushToDisk(handle);
    }

    /// <summary>Owner and mode of the live file, or those of its folder's owner when there is none.</summary>
    public static void TakeOwnerFrom(string livePath, string file)
    {
        if (FileStamp.Find(livePath) is { Kind: Snapshots.FileEntryKind.File } live)
            FileAttributesCopy.Apply(file, live);
        else if (FileStamp.Find(Path.GetDirectoryName(livePath)!) is { } folder)
            FileAttributesCopy.Apply(file, folder with { Mode = 0b110_100_000 });
        DurableFile.SyncFolder(Path.GetDirectoryName(file)!);
    }

    /// <summary>Pages that differ between two database files, page 1 aside, whose counters always do.</summary>
    public static async Task<long> CountDifferentPagesAsync(string one, string other, int pageSize, CancellationToken cancellationToken)
    {
        const int Pages = 64;
        using var first = File.OpenHandle(one);
        using var second = File.OpenHandle(other);
        var length = Math.Max(RandomAccess.GetLength(first), RandomAccess.GetLength(second));
        var (ours, theirs) = (new byte[pageSize * Pages], new byte[pageSize * Pages]);
        var different = 0L;
        for (long at = pageSize; at < length; at += ours.Length)
        {
            Array.Clear(ours);
            Array.Clear(theirs);
            await FillAsync(first, ours, at, cancellationToken);
            await FillAsync(second, theirs, at, cancellationToken);
            for (var page = 0; page < Pages; page++)
            {
                if (!ours.AsSpan(page * pageSize, pageSize).SequenceEqual(theirs.AsSpan(page * pageSize, pageSize)))
                    different++;
            }
        }

        return different;
    }

    private static async Task FillAsync(Microsoft.Win32.SafeHandles.SafeFileHandle file, Memory<byte> buffer, long at, CancellationToken cancellationToken)
    {
        for (var filled = 0; filled < buffer.Length;)
        {
            var read = await RandomAccess.ReadAsync(file, buffer[filled..], at + filled, cancellationToken);
            if (read == 0)
                return;
            filled += read;
        }
    }
}
