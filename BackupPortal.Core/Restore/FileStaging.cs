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
            await WriteAsync(reader, change.After!, target, syncs: true, cancellationToken);
            if (!FileAttributesCopy.Apply(target, change.After!))
                foreign++;
            progress?.Invoke(written += change.After!.SizeBytes);
        }

        DurableFile.SyncFolder(places.Staging);
        DurableFile.SyncFolder(places.Place);
        return foreign;
    }

    /// <summary>Writes one file or link, without attributes.</summary>
    /// <param name="syncs">False when the caller syncs the whole file system afterwards.</param>
    public static async Task WriteAsync(SnapshotReader reader, FileEntry entry, string target, bool syncs, CancellationToken cancellationToken)
    {
        if (entry.Kind == FileEntryKind.Link)
        {
            File.CreateSymbolicLink(target, entry.LinkTarget!);
            return;
        }

        // Pieces come whole, so that a buffer would only be filled and emptied.
        await using var stream = new FileStream(target, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.Asynchronous);
        await reader.WriteContentAsync(entry, stream, cancellationToken);
        if (syncs || !OperatingSystem.IsLinux())
            stream.Flush(flushToDisk: true);
    }
}
