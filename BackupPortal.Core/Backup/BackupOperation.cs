using BackupPortal.Core.Operations;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Sources;

namespace BackupPortal.Core.Backup;

/// <summary>Makes a snapshot of a tenant's live data. See docs/architecture.md.</summary>
internal sealed class BackupOperation(SnapshotTaker taker) : IOperationHandler
{
    /// <summary>Bytes; less is what any application writes in passing.</summary>
    private const long NotableWalGrowth = 1024 * 1024;

    public OperationKind Kind => OperationKind.Backup;

    public IReadOnlyList<OperationPhase> Phases { get; } =
    [
        OperationPhase.Check, OperationPhase.Snapshot, OperationPhase.Store, OperationPhase.Files, OperationPhase.Verify, OperationPhase.Finish,
    ];

    public async Task<OperationOutcome> RunAsync(OperationContext context, CancellationToken cancellationToken)
    {
        var arguments = BackupArguments.FromJson(context.Arguments);
        context.EnterPhase(OperationPhase.Check);
        Check(context);
        await using var draft = await taker.BeginAsync(context.Tenant, cancellationToken);

        context.EnterPhase(OperationPhase.Snapshot);
        if (await draft.PinLiveDatabaseAsync(cancellationToken) is { } size)
        {
            context.Log(BackupText.Of("Pinned", BackupText.Megabytes(size)));
            context.EnterPhase(OperationPhase.Store);
            var growth = await draft.StorePinnedDatabaseAsync(context.Report, cancellationToken);
            if (growth > NotableWalGrowth)
                context.Log(BackupText.Of("WalGrew", BackupText.Megabytes(growth)));
        }
        else
        {
            var copy = await CopyDatabaseAsync(context, draft, cancellationToken);
            context.EnterPhase(OperationPhase.Store);
            await draft.StoreDatabaseAsync(copy, context.Report, cancellationToken);
        }
        LogStored(context, draft);

        context.EnterPhase(OperationPhase.Files);
        await StoreFilesAsync(context, draft, cancellationToken);

        context.EnterPhase(OperationPhase.Verify);
        await draft.StoreManifestAsync(cancellationToken);
        foreach (var notice in draft.RepositoryNotices)
            context.Log(BackupText.Of("RepositoryNotice", notice), LogSeverity.Warning);
        context.Log(BackupText.Of("ReadBack"));

        context.EnterPhase(OperationPhase.Finish);
        context.BeginCommit();
        var record = await draft.CommitAsync(arguments.Origin, arguments.Note, context.RequestedBy);
        context.Log(BackupText.Of(
            "Committed", record.Id.Value, BackupText.Megabytes(record.SizeBytes), BackupText.Megabytes(record.AddedBytes)));
        return Outcome(record, draft.FileNotices.Count);
    }

    /// <summary>What can be seen without doing anything yet.</summary>
    private static void Check(OperationContext context)
    {
        LiveDatabaseErrors.ThrowIfMissing(context.Tenant.DatabasePath);
        if (!Directory.Exists(context.Tenant.FilesPath))
            context.Log(BackupText.Of("NoFilesFolder", context.Tenant.FilesPath), LogSeverity.Warning);
    }

    private static async Task<DatabaseCopy> CopyDatabaseAsync(OperationContext context, SnapshotDraft draft, CancellationToken cancellationToken)
    {
        var copy = await draft.CopyLiveDatabaseAsync(context.Report, cancellationToken);
        context.Log(BackupText.Of("Copied", BackupText.Megabytes(copy.SizeBytes), copy.JournalMode));
        if (copy.Stalled)
            context.Log(BackupText.Of("Stalled"), LogSeverity.Warning);
        else if (copy.Restarts > 0)
            context.Log(BackupText.Of("Restarted", BackupText.Number(copy.Restarts)));
        return copy;
    }

    private static async Task StoreFilesAsync(OperationContext context, SnapshotDraft draft, CancellationToken cancellationToken)
    {
        await draft.StoreFilesAsync(context.Tenant.FilesPath, [], context.Report, cancellationToken);
        foreach (var notice in BackupText.Of(draft.FileNotices))
            context.Log(notice, LogSeverity.Warning);
        var (files, read) = draft.FilesSeen;
        context.Log(BackupText.Of("FilesStored", BackupText.Number(files), BackupText.Number(read)));
    }

    private static void LogStored(OperationContext context, SnapshotDraft draft)
    {
        foreach (var table in draft.UncountedTables)
            context.Log(BackupText.Of("TableNotCounted", table), LogSeverity.Warning);
        var stored = draft.StoredDatabase!;
        context.Log(BackupText.Of("DatabaseStored", BackupText.Number(stored.ChangedPages), BackupText.Number(stored.PageCount)));
    }

    private static OperationOutcome Outcome(SnapshotRecord record, int leftOut)
    {
        var summary = leftOut switch
        {
            0 => BackupText.Of("Done"),
            1 => BackupText.Of("DoneWithoutOne"),
            _ => BackupText.Of("DoneWithout", BackupText.Number(leftOut)),
        };
        return new OperationOutcome(summary, record.Id, SizeBytes: record.SizeBytes, AddedBytes: record.AddedBytes);
    }
}
