namespace BackupPortal.Core.Restore;

/// <summary>Puts raw files aside that could not be made a snapshot, so that the end of a restore does not delete them. May be repeated after a crash at any point.</summary>
/// <param name="note">Of the restore that they belong to.</param>
internal sealed class Quarantine(RestoreNote note)
{
    public const string FilesFolder = "quarantined-files";

    /// <summary>Where files of the files folder are, by their paths there; on their file system, so beside <see cref="RestoreNote.QuarantineFolder"/> or not.</summary>
    public static string FilesOf(RestoreNote note) => Path.Combine(Path.GetDirectoryName(note.FilesPlace)!, FilesFolder);

    /// <summary>True when there is anything in it.</summary>
    public bool IsUsed => Folders(note).Any();

    /// <summary>The folders of a restore's quarantine that there are.</summary>
    public static IEnumerable<string> Folders(RestoreNote note) =>
        new[] { note.QuarantineFolder, FilesOf(note) }.Where(folder => Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any());

    /// <param name="kept">A database file, or a folder with one and its companions; nothing happens when there is none.</param>
    public void KeepDatabase(string kept)
    {
        if (!File.Exists(kept) && !Directory.Exists(kept))
            return;
        Directory.CreateDirectory(note.QuarantineFolder);
        if (File.Exists(kept))
            FileMove.Run(kept, Free(Path.Combine(note.QuarantineFolder, Path.GetFileName(note.DatabasePath))));
        else if (Directory.Exists(kept) && Path.GetFullPath(kept) != Path.GetFullPath(note.QuarantineFolder))
        {
            foreach (var file in Directory.GetFiles(kept))
                FileMove.Run(file, Free(Path.Combine(note.QuarantineFolder, Path.GetFileName(file))));
        }
    }

    /// <summary>Files that a swap took out of the files folder and that are still where it put them.</summary>
    public void KeepTakenOut(RestorePlan plan)
    {
        var places = RestorePreparation.PlacesOf(note);
        Keep("before", plan.Changes, places.TakenOut);
    }

    /// <summary>Files that somebody has changed since the swap, and that the way back took out again.</summary>
    public void KeepWritten(RestorePlan plan)
    {
        var places = RestorePreparation.PlacesOf(note);
        Keep("since", plan.Changes.Where(change => change.Kind == FileChangeKind.Put && IsWritten(places.Staged(change), change)), places.Staged);
    }

    private static bool IsWritten(string file, FileChange change) => FileStamp.Find(file) is { } there && !LiveWrites.IsAsPut(there, change.After!);

    private void Keep(string folder, IEnumerable<FileChange> changes, Func<FileChange, string> placeOf)
    {
        foreach (var change in changes.Where(change => FileStamp.Find(placeOf(change)) is not null).ToList())
        {
            var target = Path.Combine(FilesOf(note), folder, change.Path);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            FileMove.Run(placeOf(change), target);
        }
    }

    private static string Free(string wanted)
    {
        var (target, number) = (wanted, 1);
        while (FileStamp.Find(target) is not null)
            target = $"{wanted}.{++number}";
        return target;
    }
}
