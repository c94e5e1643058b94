using BackupPortal.Core.Backup;
using BackupPortal.Core.Messages;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Core.Restore;

/// <summary>
/// The way back once users are in again. As long as nobody has written, it is taken. What somebody has written either stays live, or, when the database is too damaged
/// to go on with, is kept as a snapshot or as raw files.
/// </summary>
internal sealed class ReleasedReturn(RestoreFence fence, RestoreReversal reversal, SnapshotTaker taker)
{
    /// <returns>False when live data stays as it is, because somebody has written to it; users are in then, too.</returns>
    public async Task<bool> TryRunAsync(OperationContext context, RestoreJournal journal, LiveProblem problem)
    {
        using var gate = await fence.EnterAsync(journal, context.Tenant, CancellationToken.None);
        try
        {
            var isWritten = LiveWrites.HaveHappened(journal.Note, journal.ReadPlan());
            if (isWritten && !problem.IsDamaged)
            {
                await fence.LiftAsync(journal.Note, context.Tenant);
                return false;
            }

            var kept = isWritten ? await KeepAsync(context, journal.Note) : journal.Note;
            await journal.WriteAsync(kept with { Step = RestoreStep.Returning, FailedCheck = problem.Text });
        }
        catch
        {
            // Nothing has happened yet.
            await fence.LiftAsync(journal.Note, context.Tenant);
            throw;
        }

        await reversal.ReturnAsync(context, journal, problem.Text);
        return true;
    }

    private async Task<RestoreNote> KeepAsync(OperationContext context, RestoreNote note)
    {
        var before = LiveDatabaseState.Fingerprint(note.DatabasePath);
        try
        {
            var snapshot = await StoreAsync(context.Tenant, note);
            context.Log(RestoreText.Of("WrittenSinceKept", snapshot.Value), LogSeverity.Warning);
            return note with { KeptSince = snapshot.Value, KeepsRaw = LiveDatabaseState.Fingerprint(note.DatabasePath) != before };
        }
        catch (Exception failure) when (failure is PortalException or IOException or UnauthorizedAccessException or Microsoft.Data.Sqlite.SqliteException)
        {
            context.Log(RestoreText.Of("WrittenSinceRaw", failure.Message, note.QuarantineFolder), LogSeverity.Warning);
            return note with { KeepsRaw = true };
        }
    }

    private async Task<SnapshotId> StoreAsync(Tenant tenant, RestoreNote note)
    {
        await using var draft = await taker.BeginAsync(tenant, CancellationToken.None);
        if (await draft.PinLiveDatabaseAsync(CancellationToken.None) is not null)
            await draft.StorePinnedDatabaseAsync(progress: null, CancellationToken.None);
        else
            await draft.StoreDatabaseAsync(await draft.CopyLiveDatabaseAsync(null, CancellationToken.None), null, CancellationToken.None);
        await draft.StoreFilesAsync(tenant.FilesPath, [note.DatabasePlace, note.FilesPlace], null, CancellationToken.None);
        await draft.StoreManifestAsync(CancellationToken.None);
        var text = RestoreText.Of("WrittenSinceNote", note.Snapshot, note.Operation.ToString("N")).ToString();
        return (await draft.CommitAsync(SnapshotOrigin.Safety, text, note.RequestedBy)).Id;
    }
}
