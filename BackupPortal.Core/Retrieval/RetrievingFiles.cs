using BackupPortal.Core.Messages;
using BackupPortal.Core.Repository;
using BackupPortal.Core.Restore;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Core.Retrieval;

/// <summary>Puts selected files into the live files folder by renaming, from beside it; all of them, or none. May be repeated after a crash from wherever it got to.</summary>
/// <param name="note">Receives what could not be done as planned and does no harm, path and reason.</param>
internal sealed class RetrievingFiles(FilePlaces places, RestorePlan plan, IRestoreCheckpoint checkpoint, Action<string, string> note)
{
    private readonly FilesSwap swap = new(places, checkpoint, note);

    /// <summary>Some or all of them have been put in place, and not taken back.</summary>
    public bool AreTouched { get; private set; }

    public static FilePlaces PlacesOf(Tenant tenant, string folder)
    {
        Directory.CreateDirectory(folder);
        return new FilePlaces(tenant.FilesPath, RestorePlaces.For(tenant, tenant.DatabasePath, folder).Files);
    }

    public Task StageAsync(SnapshotReader reader, Action<long>? progress, CancellationToken cancellationToken)
    {
        RestorePreparation.RequireSpace(Path.GetDirectoryName(places.Root)!, plan.BytesToStage);
        return FileStaging.StageAsync(reader, plan, places, progress, cancellationToken);
    }

    /// <remarks>What fails halfway is for <see cref="Reverse"/>.</remarks>
    /// <exception cref="PortalException">Somebody has changed one of them meanwhile; nothing was touched.</exception>
    public void Apply()
    {
        if (plan.Changes.FirstOrDefault(HasChanged) is { } changed)
            throw new PortalException(RetrievalText.Of("FileChangedMeanwhile", changed.Path), RetrievalText.Of("ChangedMeanwhileHint"), canRetry: true);
        AreTouched = true;
        swap.Apply(plan);
    }

    /// <summary>Goes on with what a crash interrupted.</summary>
    public void Finish() => swap.Apply(plan);

    public void Reverse()
    {
        swap.Reverse(plan);
        AreTouched = false;
    }

    /// <summary>Deletes what was staged, and what was replaced: the safety snapshot has that.</summary>
    public void Clear()
    {
        if (Directory.Exists(places.Place))
            Directory.Delete(places.Place, recursive: true);
        for (var above = Path.GetDirectoryName(places.Place)!; Directory.Exists(above) && !Directory.EnumerateFileSystemEntries(above).Any(); above = Path.GetDirectoryName(above)!)
        {
            Directory.Delete(above);
            if (Path.GetFileName(above).StartsWith(RestorePlaces.BesidePrefix, StringComparison.Ordinal) || Path.GetFileName(Path.GetDirectoryName(above)) == RetrievalNote.FolderName)
                break;
        }
    }

    private bool HasChanged(FileChange change)
    {
        if (change.Kind != FileChangeKind.Put)
            return false;
        var now = FileStamp.Find(places.Live(change));
        return change.Before is not { } before ? now is not null
            : now?.Kind != before.Kind || (before.Kind == FileEntryKind.File && (now.SizeBytes != before.SizeBytes || now.ModifiedUnixNanoseconds != before.ModifiedUnixNanoseconds));
    }
}
