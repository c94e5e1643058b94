using BackupPortal.Core.Messages;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Repository;
using BackupPortal.Core.Snapshots;
using Microsoft.Data.Sqlite;

namespace BackupPortal.Core.Restore;

/// <summary>One restore from beginning to end. The recipe; its parts are classes of their own.</summary>
internal sealed class RestoreRun(
    RestoreSource source, RestorePreparation preparation, RestoreCountdown countdown, RestoreSwap swap, RestoreCompletion completion,
    TenantRestoreRecovery recovery, QuarantineList quarantines)
{
    public static readonly IReadOnlyList<OperationPhase> Phases =
    [
        OperationPhase.Check, OperationPhase.Unpack, OperationPhase.Verify, OperationPhase.Pause, OperationPhase.Swap, OperationPhase.CheckAfter,
        OperationPhase.Resume, OperationPhase.SafetyCopy,
    ];

    /// <summary>The phases of a restore with a countdown of so many seconds.</summary>
    public static IReadOnlyList<OperationPhase> PhasesWith(int countdownSeconds) => countdownSeconds == 0
        ? Phases
        : [.. Phases.TakeWhile(static phase => phase != OperationPhase.Pause), OperationPhase.Countdown, .. Phases.SkipWhile(static phase => phase != OperationPhase.Pause)];

    /// <param name="arguments">With the whole name of the snapshot.</param>
    public async Task<OperationOutcome> RunAsync(
        OperationContext context, OperationKind kind, RestoreArguments arguments, CancellationToken cancellationToken)
    {
        if (arguments.CountdownSeconds is < 0 or > RestoreArguments.LongestCountdownSeconds)
            throw RestoreText.Refusal("CountdownOutOfRange", null, null, $"{RestoreArguments.LongestCountdownSeconds}");
        context.EnterPhase(OperationPhase.Check);
        await recovery.RunAsync(context.Tenant, cancellationToken);
        quarantines.DeleteExpired(context.Tenant);
        var reader = await source.OpenAsync(context.Tenant, SnapshotId.Parse(arguments.Snapshot), arguments.From, cancellationToken);
        if (arguments.From is null && reader.Record.Tenant != context.Tenant.Id)
            context.Log(RestoreText.Of("OfEarlierTenant", reader.Record.TenantName, context.Tenant.Slug.Value), LogSeverity.Warning);
        var journal = await PrepareAsync(context, kind, reader, arguments, cancellationToken);
        try
        {
            await swap.RunAsync(context, reader, journal, cancellationToken);
            // From here on the work is finished, not cancelled.
            await completion.RunAsync(context, reader, journal);
            return RestoreOutcome.Of(journal.Note, afterInterruption: false);
        }
        catch (Exception failure) when (failure is not (PortalException or OperationCanceledException) || IsUnfinished(journal))
        {
            return journal.Note.Step switch
            {
                // Only clearing up was left, which the next start does.
                RestoreStep.Done => RestoreOutcome.Of(journal.Note, afterInterruption: false),
                RestoreStep.Returned => throw RestoreText.Return(RestoreOutcome.OfReturn(journal.Note), failure),
                _ => throw RestoreText.Refusal("NotOver", "NotOverHint", failure, failure.Message),
            };
        }
    }

    /// <summary>Whatever a refusal from within the swap or the way back says, users may still be out. After their release it is the whole truth.</summary>
    private static bool IsUnfinished(RestoreJournal journal) => journal.IsOpen && journal.Note.Step != RestoreStep.Released;

    private async Task<RestoreJournal> PrepareAsync(
        OperationContext context, OperationKind kind, SnapshotReader reader, RestoreArguments arguments, CancellationToken cancellationToken)
    {
        try
        {
            var journal = await preparation.RunAsync(context, kind, reader, arguments, cancellationToken);
            await countdown.RunAsync(context, reader, journal, arguments.AllowNewerSchema, TimeSpan.FromSeconds(arguments.CountdownSeconds), cancellationToken);
            return journal;
        }
        // The runtime calls a file that gets too long for its file system an argument out of range.
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or SqliteException or ArgumentOutOfRangeException)
        {
            throw RestoreText.Refusal("PrepareFailed", "PrepareFailedHint", failure, failure.Message);
        }
    }
}
