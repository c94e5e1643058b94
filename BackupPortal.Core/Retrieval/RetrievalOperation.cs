using BackupPortal.Core.Backup;
using BackupPortal.Core.Comparison;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Repository;
using BackupPortal.Core.Restore;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Storage;
using Microsoft.Data.Sqlite;

namespace BackupPortal.Core.Retrieval;

/// <summary>Brings rows and files of a snapshot back into live data, and leaves all else as it is.</summary>
internal sealed class RetrievalOperation(
    TenantRepositories repositories, StateComparer comparer, SnapshotTaker taker, RetrievalFence fence, RetrievalRecovery recovery, IRestoreCheckpoint checkpoint) : IOperationHandler
{
    public OperationKind Kind => OperationKind.Retrieve;

    public IReadOnlyList<OperationPhase> Phases { get; } = [OperationPhase.Check, OperationPhase.SafetyCopy, OperationPhase.Write];

    public async Task<OperationOutcome> RunAsync(OperationContext context, CancellationToken cancellationToken)
    {
        try
        {
            return await FindAndBringBackAsync(context, cancellationToken);
        }
        catch (Exception failure) when (StorageFailure.IsFromFileSystem(failure) || failure is SqliteException)
        {
            throw RetrievalText.Refusal("Failed", "FailedHint", failure, failure.Message);
        }
    }

    private async Task<OperationOutcome> FindAndBringBackAsync(OperationContext context, CancellationToken cancellationToken)
    {
        context.EnterPhase(OperationPhase.Check);
        await recovery.SettleAsync(context.Tenant, cancellationToken);
        var wanted = RetrievalArguments.FromJson(context.Arguments);
        RestoreSource.RequireOwn(await repositories.Of(context.Tenant).ReadRecordAsync(wanted.SnapshotId, cancellationToken), context.Tenant);
        using var comparison = await comparer.RunAsync(context.Tenant, wanted.SnapshotId, null, ComparisonProgress.OfReading(context.Report), cancellationToken);
        using var gathered = new RowGathering(comparison, context.Tenant.Home.Scratch, cancellationToken);
        var folder = Path.Combine(RetrievalNote.FolderOf(context.Tenant.Home), context.Id.ToString());
        var places = wanted.Files.Count == 0 ? null : RetrievingFiles.PlacesOf(context.Tenant, folder);
        var (plan, selection) = await Task.Run(() => Find(context, comparison, gathered, wanted, places, cancellationToken), cancellationToken);
        Tell(context, plan);
        var files = selection is null ? null : new RetrievingFiles(places!, selection.Plan, checkpoint, RestoreReversal.LogNote(context));
        if (plan.IsNothing)
        {
            files?.Clear();
            return new OperationOutcome(RetrievalText.Of(plan.ConflictCount > 0 ? "OnlyConflicts" : "Nothing"), wanted.SnapshotId, Details: plan.ToJson());
        }
        var isLive = false;
        try
        {
            if (files is not null)
                await files.StageAsync(await OpenAsync(context, wanted, cancellationToken), null, cancellationToken);
            context.EnterPhase(OperationPhase.SafetyCopy);
            var safety = await KeepAsync(context, cancellationToken);
            context.Log(RetrievalText.Of("Kept", safety.Id.Value));
            var note = new RetrievalNote(context.Id.Value, wanted.Snapshot, safety.Id.Value, plan, gathered.Probes(), places?.Place, selection?.Plan);
            gathered.Close();
            return note.Outcome(await BringBackAsync(context, note, gathered, files, () => isLive = true, cancellationToken));
        }
        catch (Exception failure) when (!isLive && files is { AreTouched: true })
        {
            // The note stays, and with it what was staged and replaced: they say what is still to be taken back.
            throw RetrievalText.Refusal("FilesNotBack", "FilesNotBackHint", failure, failure.Message);
        }
        catch when (!isLive)
        {
            // All is as before, and stays so whatever comes.
            RetrievalNote.Forget(context.Tenant.Home, context.Id);
            files?.Clear();
            throw;
        }
    }

    /// <returns>How long users were out; null when they were not.</returns>
    private async Task<TimeSpan?> BringBackAsync(
        OperationContext context, RetrievalNote note, RowGathering gathered, RetrievingFiles? files, Action onLive, CancellationToken cancellationToken)
    {
        await note.WriteAsync(context.Tenant.Home);
        checkpoint.Reached("Noted");
        context.EnterPhase(OperationPhase.Write);
        var (isLive, downtime) = (false, (TimeSpan?)null);
        try
        {
            // What was not there before takes nothing away from anybody: nobody is kept out for it.
            if (note.Plan.IsReplacing)
                downtime = await fence.RunAsync(context, WriteAsync, cancellationToken);
            else
                await WriteAsync();
            // From here on what users do with the files is theirs.
            if (files is not null)
                await (note with { FilesPlace = null, Files = null }).WriteAsync(context.Tenant.Home);
            files?.Clear();
            checkpoint.Reached("Finished");
        }
        catch (Exception failure) when (isLive)
        {
            // It has happened, and is told so; what is left over is found by the next one, or by the recovery.
            context.Log(RetrievalText.Of("DoneNotTidied", failure.Message), LogSeverity.Warning);
        }
        return downtime;

        Task WriteAsync() => Task.Run(
            () => Write(context, gathered, files, () =>
            {
                isLive = true;
                onLive();
            }),
            cancellationToken);
    }

    private static (RetrievalPlan Plan, FileSelection? Files) Find(
        OperationContext context, StateComparison comparison, RowGathering gathered, RetrievalArguments wanted, FilePlaces? places, CancellationToken cancellationToken)
    {
        gathered.Choose(wanted);
        var files = places is null ? null : FileSelection.Of(context.Tenant, comparison.States.SnapshotFiles, wanted, places.Place, cancellationToken);
        return (RetrievalPreview.Of(gathered.Plan(), files), files);
    }

    /// <summary>Files last before the commit: what fails with them takes the rows back, too.</summary>
    private void Write(OperationContext context, RowGathering gathered, RetrievingFiles? files, Action onLive)
    {
        var isLive = false;
        try
        {
            if (gathered.Tables.Any())
                LiveRows.Write(context.Tenant.DatabasePath, gathered, BeforeCommit, AfterCommit);
            else
            {
                BeforeCommit();
                AfterCommit();
            }
        }
        catch when (!isLive && files is { AreTouched: true })
        {
            files.Reverse();
            throw;
        }

        void BeforeCommit()
        {
            checkpoint.Reached("RowsWritten");
            context.BeginCommit();
            files?.Apply();
            checkpoint.Reached("FilesApplied");
        }

        void AfterCommit()
        {
            isLive = true;
            onLive();
            checkpoint.Reached("RowsCommitted");
        }
    }

    private async Task<SnapshotReader> OpenAsync(OperationContext context, RetrievalArguments wanted, CancellationToken cancellationToken)
    {
        var repository = repositories.Of(context.Tenant);
        return await repository.OpenAsync(await repository.ReadRecordAsync(wanted.SnapshotId, cancellationToken), cancellationToken);
    }

    private static void Tell(OperationContext context, RetrievalPlan plan)
    {
        foreach (var table in plan.Tables)
        {
            (string Key, long Count)[] parts =
            [
                ("TableChosen", table.Chosen), ("TableNeeded", table.Needed), ("TableDependent", table.Dependent), ("TableReplaced", table.Replaced),
                ("TableLeftChanged", table.LeftChanged),
            ];
            foreach (var (key, count) in parts.Where(static part => part.Count > 0))
                context.Log(RetrievalText.Of(key, table.Name, $"{count}"));
        }
        if (plan.Files != new RetrievedFiles(0, 0, 0, 0))
            context.Log(RetrievalText.Of("Files", $"{plan.Files.Added}", $"{plan.Files.Replaced}", $"{plan.Files.LeftChanged}"));
        foreach (var conflict in plan.Conflicts)
            context.Log(RetrievalText.Of($"Conflict{conflict.TextKey}", conflict.Table, conflict.Row, conflict.Detail, conflict.Other ?? ""), LogSeverity.Warning);
        if (plan.ConflictCount > plan.Conflicts.Count)
            context.Log(RetrievalText.Of("MoreConflicts", $"{plan.ConflictCount - plan.Conflicts.Count}"), LogSeverity.Warning);
    }

    /// <summary>What is live now, as a snapshot: what undo goes back to.</summary>
    private async Task<SnapshotRecord> KeepAsync(OperationContext context, CancellationToken cancellationToken)
    {
        await using var draft = await taker.BeginAsync(context.Tenant, cancellationToken);
        if (await draft.PinLiveDatabaseAsync(cancellationToken) is not null)
            await draft.StorePinnedDatabaseAsync(context.Report, cancellationToken);
        else
            await draft.StoreDatabaseAsync(await draft.CopyLiveDatabaseAsync(null, cancellationToken), context.Report, cancellationToken);
        await draft.StoreFilesAsync(context.Tenant.FilesPath, [], null, cancellationToken);
        await draft.StoreManifestAsync(cancellationToken);
        return await draft.CommitAsync(SnapshotOrigin.Safety, RetrievalText.Of("SafetyNote", context.Id.ToString()).ToString(), context.RequestedBy);
    }
}
