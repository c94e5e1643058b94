using BackupPortal.Core.Messages;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Core.Restore;

/// <summary>Finishes or reverses the restores of one tenant that are open; the caller holds the tenant's lease.</summary>
internal sealed partial class TenantRestoreRecovery(
    RestoreSource source,
    RestoreCompletion completion,
    RestoreReversal reversal,
    OperationStore operations,
    OperationRecovery settlement,
    IRestoreCheckpoint checkpoint,
    TimeProvider time,
    ILogger<TenantRestoreRecovery> logger)
{
    private const string NotOver = "NotOver";
    private const string SafetyNotStored = "SafetyNotStored";

    public static bool IsNeeded(TenantHome home) =>
        Directory.Exists(home.Restores) && Directory.EnumerateDirectories(home.Restores).Any(folder => !IsClosed(folder));

    public async Task RunAsync(Tenant tenant, CancellationToken cancellationToken)
    {
        if (!IsNeeded(tenant.Home))
            return;
        foreach (var journal in RestoreJournal.List(tenant.Home, checkpoint))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (journal.IsOpen)
                await RecoverAsync(tenant, journal);
            else
                await ClearAsync(tenant, journal);
        }

        // Begun, but killed before the first word was in the journal: nothing had been staged.
        foreach (var empty in Directory.GetDirectories(tenant.Home.Restores).Where(folder => !File.Exists(RestoreJournal.FileOf(folder))))
            Directory.Delete(empty, recursive: true);
    }

    // The operation is told before the journal goes, so that a crash in between leads here again.
    private async Task RecoverAsync(Tenant tenant, RestoreJournal journal)
    {
        Log.Open(logger, journal.Note.OperationId, tenant.Slug, journal.Note.Step);
        var told = new RecoveryLog(time);
        var context = new OperationContext(journal.Note.OperationId, tenant, "", journal.Note.RequestedBy, told);
        try
        {
            if (await TryFinishAsync(context, journal))
            {
                await SettleAsync(journal, told, OperationState.Succeeded, RestoreOutcome.Of(journal.Note, afterInterruption: true), null);
                Log.Finished(logger, journal.Note.OperationId, tenant.Slug);
            }
            else
            {
                await SettleReversedAsync(journal, told);
                Log.Reversed(logger, journal.Note.OperationId, tenant.Slug);
            }
        }
        catch (PortalException failure) when (!journal.IsOpen)
        {
            // Finished as far as the way back: that is how it ended.
            await SettleAsync(journal, told, OperationState.Failed, (failure as FailedOperationException)?.Outcome, failure.What, failure.Hint);
        }

        journal.Clear();
    }

    /// <returns>False when the restore was reversed instead.</returns>
    private async Task<bool> TryFinishAsync(OperationContext context, RestoreJournal journal)
    {
        if (journal.Note.Step == RestoreStep.Returning)
        {
            await reversal.ReturnAsync(context, journal, journal.Note.FailedCheck ?? "");
            return false;
        }

        if (!await reversal.HasHappenedAsync(journal))
        {
            await reversal.AbandonAsync(context.Tenant, journal);
            return false;
        }

        if (journal.Note.Step == RestoreStep.Fenced)
        {
            await journal.WriteAsync(journal.Note with
            {
                Step = RestoreStep.DatabaseSwapped,
                // A program that goes on through a shared swap may have written before this process began.
                LiveAfterSwap = journal.Note.Swap!.Mode is SwapMode.Shared or SwapMode.Rows ? null : LiveDatabaseState.Fingerprint(journal.Note.DatabasePath),
            });
        }

        var reader = await source.OpenAsync(context.Tenant, journal.Note.SnapshotId, journal.Note.From, CancellationToken.None);
        await completion.RunAsync(context, reader, journal);
        return true;
    }

    // Killed between the end of the work and its last word.
    private async Task ClearAsync(Tenant tenant, RestoreJournal journal)
    {
        var told = new RecoveryLog(time);
        if (journal.Note.Step == RestoreStep.Done)
            await SettleAsync(journal, told, OperationState.Succeeded, RestoreOutcome.Of(journal.Note, afterInterruption: true), null);
        else
            await SettleReversedAsync(journal, told);
        journal.Clear();
        Log.Cleared(logger, journal.Note.OperationId, tenant.Slug);
    }

    private async Task SettleReversedAsync(RestoreJournal journal, RecoveryLog told)
    {
        // It ended in this state of a journal because of a fault, or because its process did.
        var fault = await operations.FindAsync(journal.Note.OperationId, CancellationToken.None) is { Error: { Key: NotOver } error } ? error.Arguments[0] : null;
        if (journal.Note.FailedCheck is null && fault is null)
            await SettleAsync(journal, told, OperationState.Interrupted, null, RestoreText.Of("InterruptedUnchanged"));
        else
            await SettleAsync(
                journal, told, OperationState.Failed, null, RestoreOutcome.OfReturn(journal.Note with { FailedCheck = journal.Note.FailedCheck ?? fault }),
                RestoreText.Of("SwapFailedHint"));
    }

    /// <summary>What was told of an operation that had to leave its journal open is told anew: now it is known how it ended.</summary>
    private async Task SettleAsync(
        RestoreJournal journal, RecoveryLog told, OperationState state, OperationOutcome? outcome, Message? error, Message? hint = null)
    {
        var id = journal.Note.OperationId;
        var view = await operations.FindAsync(id, CancellationToken.None);
        if (told.Lines.Count > 0 && view is { Progress: { } progress })
            await operations.KeepAsync(id, progress, told.Lines, CancellationToken.None);
        await settlement.SettleAsync(
            id, state, outcome, error, error is null ? null : hint ?? RestoreText.Of("RepeatHint"), CancellationToken.None,
            revises: view?.Error?.Key is NotOver or SafetyNotStored);
        checkpoint.Reached("Settled");
    }

    private static bool IsClosed(string folder) => File.Exists(Path.Combine(folder, RestoreJournal.ClosedMark));

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Restore {Operation} of {Tenant} was left open at {Step}; finishing or reversing it now")]
        public static partial void Open(ILogger logger, OperationId operation, TenantSlug tenant, RestoreStep step);

        [LoggerMessage(LogLevel.Information, "Restore {Operation} of {Tenant} is finished")]
        public static partial void Finished(ILogger logger, OperationId operation, TenantSlug tenant);

        [LoggerMessage(LogLevel.Information, "Restore {Operation} of {Tenant} is reversed; live data is unchanged")]
        public static partial void Reversed(ILogger logger, OperationId operation, TenantSlug tenant);

        [LoggerMessage(LogLevel.Information, "Restore {Operation} of {Tenant} had ended; what was left of it is cleared")]
        public static partial void Cleared(ILogger logger, OperationId operation, TenantSlug tenant);
    }
}
