using BackupPortal.Core.Backup;
using BackupPortal.Core.Comparison;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Restore;
using BackupPortal.Core.Snapshots;

namespace BackupPortal.Core.Retrieval;

/// <summary>Brings rows of a snapshot back into live data, and leaves all else as it is.</summary>
internal sealed class RetrievalOperation(StateComparer comparer, SnapshotTaker taker, RetrievalFence fence, OperationStore operations, IRestoreCheckpoint checkpoint) : IOperationHandler
{
    public OperationKind Kind => OperationKind.Retrieve;

    public IReadOnlyList<OperationPhase> Phases { get; } = [OperationPhase.Check, OperationPhase.SafetyCopy, OperationPhase.Write];

    public async Task<OperationOutcome> RunAsync(OperationContext context, CancellationToken cancellationToken)
    {
        context.EnterPhase(OperationPhase.Check);
        await ForgetEndedAsync(context, cancellationToken);
        var wanted = RetrievalArguments.FromJson(context.Arguments);
        using var comparison = await comparer.RunAsync(context.Tenant, wanted.SnapshotId, null, context.Report, cancellationToken);
        using var gathered = new RowGathering(comparison, context.Tenant.Home.Scratch, cancellationToken);
        var plan = await Task.Run(() => Gather(gathered, wanted), cancellationToken);
        Tell(context, plan);
        if (plan.IsNothing)
            return new OperationOutcome(RetrievalText.Of(plan.ConflictCount > 0 ? "OnlyConflicts" : "Nothing"), wanted.SnapshotId, Details: plan.ToJson());

        context.EnterPhase(OperationPhase.SafetyCopy);
        var safety = await KeepAsync(context, cancellationToken);
        context.Log(RetrievalText.Of("Kept", safety.Id.Value));

        var note = new RetrievalNote(context.Id.Value, wanted.Snapshot, safety.Id.Value, plan, gathered.Probes());
        gathered.Close();
        await note.WriteAsync(context.Tenant.Home);
        checkpoint.Reached("Noted");
        context.EnterPhase(OperationPhase.Write);
        // Rows that were not there before take nothing away from anybody: nobody is kept out for them.
        var downtime = plan.Replaced > 0 ? await fence.RunAsync(context, WriteAsync, cancellationToken) : (TimeSpan?)null;
        if (downtime is null)
            await WriteAsync();
        checkpoint.Reached("Finished");
        return note.Outcome(downtime);

        Task WriteAsync() => Task.Run(
            () => LiveRows.Write(context.Tenant.DatabasePath, gathered, () =>
            {
                checkpoint.Reached("RowsWritten");
                context.BeginCommit();
            }, () => checkpoint.Reached("RowsCommitted")),
            cancellationToken);
    }

    // One that is still called running waits for its recovery.
    private async Task ForgetEndedAsync(OperationContext context, CancellationToken cancellationToken)
    {
        foreach (var file in RetrievalNote.List(context.Tenant.Home).ToList())
        {
            if (await operations.FindAsync(RetrievalNote.Read(file).OperationId, cancellationToken) is not { State: OperationState.Running })
                File.Delete(file);
        }
    }

    private static RetrievalPlan Gather(RowGathering gathered, RetrievalArguments wanted)
    {
        gathered.Choose(wanted);
        return gathered.Plan();
    }

    private static void Tell(OperationContext context, RetrievalPlan plan)
    {
        foreach (var table in plan.Tables)
        {
            context.Log(RetrievalText.Of(
                "Table", table.Name, $"{table.Chosen}", $"{table.Needed}", $"{table.Dependent}", $"{table.Replaced}", $"{table.LeftChanged}"));
        }
        foreach (var conflict in plan.Conflicts)
            context.Log(RetrievalText.Of($"Conflict{conflict.Reason}", conflict.Table, conflict.Row, conflict.Detail), LogSeverity.Warning);
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
