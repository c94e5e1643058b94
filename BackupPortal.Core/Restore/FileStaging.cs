using BackupPortal.Core.Maintenance;
using BackupPortal.Core.Repository;
using BackupPortal.Core.Snapshots;

namespace BackupPortal.Core.Restore;

/// <summary>Writes the files that a plan needs beside live data, with their owners, modes and times, durably.</summary>
internal static class FileStaging
{
    /// <param name="progress">Bytes written so far.</param>
    /// <returns>How many owners could not be set.</returns>
    public static async Task<int> StageAsync(
        SnapshotReader reader, RestorePlan plan, FilePlaces places, Action<long>? progress, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(places.Staging);
        Directory.CreateDirectory(places.Safety);
        var (written, foreign) = (0L, 0);
        foreach (var change in plan.Changes.Where(change => change.Kind == FileChangeKind.Put))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var target = places.Staged(change);
            if (FileStamp.Find(target) is not null)
                continue;
            await WriteAsync(reader, change.After!, target, cancellationToken);
            if (!FileAttributesCopy.Apply(target, change.After!))
                foreign++;
            progress?.Invoke(written += change.After!.SizeBytes);
        }

        DurableFile.SyncFolder(places.Staging);
        DurableFile.SyncFolder(places.Place);
        return foreign;
    }

    /// <summary>Writes one file or link, without attributes, synced.</summary>
    public static async Task WriteAsync(SnapshotReader reader, FileEntry entry, string target, CancellationToken cancellationToken)
    {
        if (entry.Kind == FileEntryKind.Link)
        {
            File.CreateSymbolicLink(target, entry.LinkTarget!);
            return;
        }

        await using var stream = new FileStream(target, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16, FileOptions.Asynchronous);
        await reader.WriteContentAsync(entry, stream, cancellationToken);
        await stream.FlushAsync(cancellationToken);
        stream.Flush(flushToDisk: true);
    }
}
