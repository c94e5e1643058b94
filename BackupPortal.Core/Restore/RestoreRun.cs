using BackupPortal.Core.Operations;
using BackupPortal.Core.Repository;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Core.Restore;

/// <summary>One restore from beginning to end. The recipe; its parts are classes of their own.</summary>
internal sealed class RestoreRun(
    TenantRepositories repositories, RestorePreparation preparation, RestoreCountdown countdown, RestoreSwap swap, RestoreCompletion completion,
    TenantRestoreRecovery recovery)
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

    public async Task<OperationOutcome> RunAsync(
        OperationContext context, OperationKind kind, SnapshotId snapshot, bool allowNewerSchema, int countdownSeconds, CancellationToken cancellationToken)
    {
        if (countdownSeconds is < 0 or > RestoreArguments.LongestCountdownSeconds)
            throw RestoreText.Refusal("CountdownOutOfRange", null, null, $"{RestoreArguments.LongestCountdownSeconds}");
        context.EnterPhase(OperationPhase.Check);
        await recovery.RunAsync(context.Tenant, cancellationToken);
        var reader = await OpenAsync(context.Tenant, snapshot, cancellationToken);
        var journal = await PrepareAsync(context, kind, reader, allowNewerSchema, TimeSpan.FromSeconds(countdownSeconds), cancellationToken);
        await swap.RunAsync(context, reader, journal, cancellationToken);
        // From here on the work is finished, not cancelled.
        await completion.RunAsync(context, reader, journal);
        return RestoreOutcome.Of(journal.Note, afterInterruption: false);
    }

    private async Task<SnapshotReader> OpenAsync(Tenant tenant, SnapshotId snapshot, CancellationToken cancellationToken)
    {
        var repository = repositories.Of(tenant);
        return await repository.OpenAsync(await repository.ReadRecordAsync(snapshot, cancellationToken), cancellationToken);
    }

    private async Task<RestoreJournal> PrepareAsync(
        OperationContext context, OperationKind kind, SnapshotReader reader, bool allowNewerSchema, TimeSpan wait, CancellationToken cancellationToken)
    {
        try
        {
            var journal = await preparation.RunAsync(context, kind, reader, allowNewerSchema, cancellationToken);
            await countdown.RunAsync(context, reader, journal, allowNewerSchema, wait, cancellationToken);
            return journal;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw RestoreText.Refusal("PrepareFailed", "PrepareFailedHint", failure, failure.Message);
        }
    }
}
