using BackupPortal.Core.Messages;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Repository;

namespace BackupPortal.Core.Restore;

/// <summary>Locks users out and puts the staged database live. Either that has happened when it ends, or live data is unchanged and users are in again.</summary>
internal sealed class RestoreSwap(RestoreFence fence, DatabaseSwitch databases, RestoreReversal reversal, TimeProvider time)
{
    public async Task RunAsync(OperationContext context, SnapshotReader reader, RestoreJournal journal, CancellationToken cancellationToken)
    {
        try
        {
            context.EnterPhase(OperationPhase.Pause);
            using var gate = await fence.EnterAsync(journal, context.Tenant, cancellationToken);
            if (!gate.IsClear)
                context.Log(RestoreText.Of("ReadersStillThere"), LogSeverity.Warning);
            await RestorePreparation.RefreshPlanAsync(context, reader, journal, cancellationToken);
            await SwapDatabaseAsync(context, journal);
        }
        catch (Exception failure)
        {
            var happened = await reversal.TakeBackAsync(context, journal, failure.Message);
            if (failure is OperationCanceledException or PortalException { CanRetry: true } || (failure is PortalException && !happened))
                throw;
            throw RestoreText.Refusal(happened ? "RolledBack" : "SwapFailed", "SwapFailedHint", failure, failure.Message);
        }
    }

    private async Task SwapDatabaseAsync(OperationContext context, RestoreJournal journal)
    {
        context.EnterPhase(OperationPhase.Swap);
        // Held until what was live is looked at again: nobody may get to it before.
        using var swapped = await databases.RunAsync(
            journal.Note.DatabasePath, RestorePreparation.StagedFile(journal.Note),
            new KeptEarly(RestorePreparation.SafetyFile(journal.Note), journal.Note.KeptEarlyAt, journal.Rows), journal.Note.QuarantineFolder,
            note => NoteAsync(journal, note),
            context.BeginCommit);
        await journal.WriteAsync(journal.Note with
        {
            Step = RestoreStep.DatabaseSwapped,
            LiveAfterSwap = swapped.LiveAfter,
        });
        context.Log(RestoreText.Of("Swapped" + journal.Note.Swap!.Mode));
    }

    // It may have been damaged since it was looked at.
    private Task NoteAsync(RestoreJournal journal, DatabaseSwapNote note) => note.Mode == SwapMode.Quarantine && !journal.Note.AcceptsDamage
        ? throw RestoreText.Refusal("LiveDamaged", "LiveDamagedHint", null, "it cannot be read any more")
        : journal.WriteAsync(journal.Note with { Step = RestoreStep.Fenced, Swap = note, KeptUtc = time.GetUtcNow() });
}
