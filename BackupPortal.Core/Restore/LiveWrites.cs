namespace BackupPortal.Core.Restore;

/// <summary>Tells whether anybody has changed live data since a restore put it there.</summary>
internal static class LiveWrites
{
    /// <summary>
    /// By size, time and identity of the database, and of what the restore did to files. What else people did in the files folder does not count: no way back touches it.
    /// </summary>
    /// <param name="note">Of a restore whose database is swapped.</param>
    public static bool HaveHappened(RestoreNote note, RestorePlan plan) =>
        LiveDatabaseState.Fingerprint(note.DatabasePath) != note.LiveAfterSwap
        || plan.Changes.Any(change => IsTouched(RestorePreparation.PlacesOf(note).Live(change), change));

    /// <summary>True when the file or link is the one that was put live, as far as size and time tell.</summary>
    public static bool IsAsPut(FileStamp there, Snapshots.FileEntry put) => there.Kind == put.Kind
        && (put.Kind != Snapshots.FileEntryKind.File || (there.SizeBytes == put.SizeBytes && there.ModifiedUnixNanoseconds == put.ModifiedUnixNanoseconds));

    private static bool IsTouched(string live, FileChange change) => change.Kind switch
    {
        FileChangeKind.Put => !(FileStamp.Find(live) is { } there && IsAsPut(there, change.After!)),
        FileChangeKind.Remove => FileStamp.Find(live) is not null,
        _ => false,
    };
}
