using BackupPortal.Core.Operations;
using BackupPortal.Core.Restore;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Core.Retrieval;

/// <summary>Tells how a retrieval ended whose process is gone: its transaction came through, or nothing of it happened.</summary>
internal sealed partial class RetrievalRecovery(
    OperationStore operations, OperationRecovery settlement, IRestoreCheckpoint checkpoint, ILogger<RetrievalRecovery> logger) : ICrashRecovery
{
    public async Task RecoverAsync(Tenant tenant, TenantLease lease, CancellationToken cancellationToken)
    {
        foreach (var file in RetrievalNote.List(tenant.Home).ToList())
        {
            var note = RetrievalNote.Read(file);
            // The note of one that has ended says nothing about live data any more.
            if (await operations.FindAsync(note.OperationId, cancellationToken) is { State: OperationState.Running })
                await SettleAsync(tenant, note, cancellationToken);
            File.Delete(file);
        }
        RetrievalNote.ClearStaging(tenant.Home);
    }

    private async Task SettleAsync(Tenant tenant, RetrievalNote note, CancellationToken cancellationToken)
    {
        var happened = HasHappened(tenant.DatabasePath, note);
        if (note is { Files: { } plan, FilesPlace: { } place })
            Settle(new RetrievingFiles(new FilePlaces(tenant.FilesPath, place), plan, checkpoint, (path, why) => Log.FileLeft(logger, tenant.Slug, path, why)), happened);
        if (happened)
            await settlement.SettleAsync(note.OperationId, OperationState.Succeeded, note.Outcome(downtime: null), null, null, cancellationToken);
        else
            await settlement.SettleAsync(
                note.OperationId, OperationState.Interrupted, null, RetrievalText.Of("InterruptedUnchanged"), RetrievalText.Of("RepeatHint"), cancellationToken);
    }

    private static void Settle(RetrievingFiles files, bool happened)
    {
        if (happened)
            files.Finish();
        else
            files.Reverse();
        files.Clear();
    }

    // Files alone are finished from wherever they got to.
    private static bool HasHappened(string livePath, RetrievalNote note)
    {
        if (note.Probes.Count == 0)
            return true;
        using var live = RestoreConnection.OpenReadOnly(livePath);
        return note.Probes.Any(probe => live.Text(probe) is not null);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "{Tenant}: {Path} was left as it is: {Reason}")]
        public static partial void FileLeft(ILogger logger, TenantSlug tenant, string path, string reason);
    }
}
