using BackupPortal.Core.Maintenance;
using BackupPortal.Core.Snapshots;

namespace BackupPortal.Core.Restore;

/// <summary>
/// Puts a plan's files live, one by one by renaming, and back again. Each step can be seen on disk, so both directions can be repeated after a crash from
/// wherever they got to.
/// </summary>
/// <param name="note">Receives what could not be done as planned and does no harm, path and reason.</param>
internal sealed class FilesSwap(FilePlaces places, IRestoreCheckpoint checkpoint, Action<string, string> note)
{
    private readonly HashSet<string> _touchedFolders = new(StringComparer.Ordinal);

    public void Apply(RestorePlan plan)
    {
        Directory.CreateDirectory(places.Root);
        foreach (var change in plan.Changes)
        {
            if (FindBlockingParent(change.Path) is { } blocking)
                throw new IOException($"{blocking} in the files folder is no folder any more; nothing below it is touched.");
            Apply(change);
            checkpoint.Reached("FileSwapped");
        }

        SyncTouched();
    }

    public void Reverse(RestorePlan plan)
    {
        foreach (var change in plan.Changes.Reverse())
        {
            // Where a link or a file was to make room for a folder and has not, nothing below it has happened that could be taken back.
            if (FindBlockingParent(change.Path) is null)
                Reverse(change);
            checkpoint.Reached("FileReturned");
        }

        // What folders were like, once everything in them is back.
        foreach (var change in plan.Changes.Where(change => change is { Before.Kind: FileEntryKind.Folder }))
            ApplyAttributes(change, change.Before!);
        SyncTouched();
    }

    private void Apply(FileChange change)
    {
        var live = places.Live(change);
        switch (change.Kind)
        {
            case FileChangeKind.Remove:
                TakeOut(change);
                break;
            case FileChangeKind.RemoveFolder:
                RemoveFolder(live, change.Path);
                break;
            case FileChangeKind.AddFolder:
                Directory.CreateDirectory(live);
                Touch(live);
                break;
            case FileChangeKind.Put when FileStamp.Find(places.Staged(change)) is not null:
                TakeOut(change);
                FileMove.Run(places.Staged(change), live);
                Touch(live);
                break;
            case FileChangeKind.Attributes:
                ApplyAttributes(change, change.After!);
                break;
        }
    }

    private void Reverse(FileChange change)
    {
        var live = places.Live(change);
        switch (change.Kind)
        {
            case FileChangeKind.Remove:
                PutBack(change);
                break;
            case FileChangeKind.RemoveFolder:
                Directory.CreateDirectory(live);
                Touch(live);
                break;
            case FileChangeKind.AddFolder:
                RemoveFolder(live, change.Path);
                break;
            case FileChangeKind.Put:
                if (FileStamp.Find(places.Staged(change)) is null && FileStamp.Find(live) is not null)
                    FileMove.Run(live, places.Staged(change));
                PutBack(change);
                break;
            case FileChangeKind.Attributes when change.Before is not null:
                ApplyAttributes(change, change.Before);
                break;
        }
    }

    // Whatever is there now, planned or not, is kept.
    private void TakeOut(FileChange change)
    {
        var live = places.Live(change);
        if (FileStamp.Find(live) is null || FileStamp.Find(places.TakenOut(change)) is not null)
            return;
        FileMove.Run(live, places.TakenOut(change));
        Touch(live);
    }

    private void PutBack(FileChange change)
    {
        var (live, taken) = (places.Live(change), places.TakenOut(change));
        if (FileStamp.Find(taken) is null)
            return;
        if (FileStamp.Find(live) is not null)
        {
            note(change.Path, "something new is in its place; what was there before stays in quarantine");
            return;
        }

        FileMove.Run(taken, live);
        Touch(live);
    }

    private void RemoveFolder(string live, string path)
    {
        if (FileStamp.Find(live) is not { Kind: FileEntryKind.Folder })
            return;
        if (Directory.EnumerateFileSystemEntries(live).Any())
        {
            note(path, "the folder has something in it that is no part of backups, and stays");
            return;
        }

        Directory.Delete(live);
        Touch(live);
    }

    private void ApplyAttributes(FileChange change, FileEntry entry)
    {
        if (FileStamp.Find(places.Live(change))?.Kind == entry.Kind)
            FileAttributesCopy.Apply(places.Live(change), entry);
    }

    /// <summary>No step may lead out of the folder by way of a link that came to be in a path.</summary>
    /// <returns>What is in the way; null when nothing is.</returns>
    private string? FindBlockingParent(string path)
    {
        for (var at = path.IndexOf('/', StringComparison.Ordinal); at > 0; at = path.IndexOf('/', at + 1))
        {
            if (FileStamp.Find(Path.Combine(places.Root, path[..at])) is { Kind: not FileEntryKind.Folder })
                return path[..at];
        }

        return null;
    }

    private void Touch(string live) => _touchedFolders.Add(Path.GetDirectoryName(live)!);

    private void SyncTouched()
    {
        foreach (var folder in _touchedFolders.Where(Directory.Exists))
            DurableFile.SyncFolder(folder);
        foreach (var folder in new[] { places.Staging, places.Safety }.Where(Directory.Exists))
            DurableFile.SyncFolder(folder);
        _touchedFolders.Clear();
    }
}
