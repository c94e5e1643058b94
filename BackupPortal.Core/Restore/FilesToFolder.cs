using BackupPortal.Core.Maintenance;
using BackupPortal.Core.Repository;
using BackupPortal.Core.Snapshots;

namespace BackupPortal.Core.Restore;

/// <summary>Writes entries of a snapshot below a folder of its own, with owners, modes and times, durably.</summary>
internal static class FilesToFolder
{
    /// <param name="entries">Ordered by path (ordinal). Folders above them are made where they are missing.</param>
    /// <param name="root">What paths are relative to; must exist.</param>
    /// <param name="progress">Bytes written so far.</param>
    public static async Task WriteAsync(
        SnapshotReader reader, IReadOnlyList<FileEntry> entries, string root, Action<long>? progress, CancellationToken cancellationToken)
    {
        long written = 0;
        foreach (var entry in entries)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var target = Path.Combine(root, entry.Path);
            if (entry.Kind == FileEntryKind.Folder)
                Directory.CreateDirectory(target);
            else
                await FileStaging.WriteAsync(reader, entry, target, syncs: false, cancellationToken);
            progress?.Invoke(written += entry.SizeBytes);
        }

        // From the inside out: what is done in a folder changes its time.
        for (var i = entries.Count - 1; i >= 0; i--)
            FileAttributesCopy.Apply(Path.Combine(root, entries[i].Path), entries[i]);
        // Once for all of them: one by one takes minutes for a hundred thousand.
        DurableFile.SyncFileSystem(root);
    }

    /// <summary>The entry of that path, everything below it when it is a folder, and the folders above it.</summary>
    /// <returns>Ordered by path; empty when there is no such path.</returns>
    public static IReadOnlyList<FileEntry> Select(IReadOnlyList<FileEntry> entries, string path)
    {
        path = path.Trim('/');
        var below = path + "/";
        var found = entries.Where(entry => entry.Path == path || entry.Path.StartsWith(below, StringComparison.Ordinal)).ToList();
        if (found.Count == 0)
            return [];
        var above = entries.Where(entry => entry.Kind == FileEntryKind.Folder && path.StartsWith(entry.Path + "/", StringComparison.Ordinal));
        return [.. above, .. found];
    }
}
