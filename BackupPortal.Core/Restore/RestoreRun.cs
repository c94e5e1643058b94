using BackupPortal.Core.Operations;
using BackupPortal.Core.Repository;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Core.Restore;

/// <summary>One restore from beginning to end. The recipe; its parts are classes of their own.</summary>
internal sealed class RestoreRun(
    TenantRepositories repositories, RestorePreparation preparation, RestoreSwap swap, RestoreCompletion completion, TenantRestoreRecovery recovery)
{
    public static readonly IReadOnlyList<OperationPhase> Phases =
    [
        OperationPhase.Check, OperationPhase.Unpack, OperationPhase.Verify, OperationPhase.Pause, OperationPhase.Swap, OperationPhase.CheckAfter,
        OperationPhase.Resume, OperationPhase.SafetyCopy,
    ];

    public async Task<OperationOutcome> RunAsync(
        OperationContext context, OperationKind kind, SnapshotId snapshot, bool allowNewerSchema, CancellationToken cancellationToken)
    {
        context.EnterPhase(OperationPhase.Check);
        await recovery.RunAsync(context.Tenant, cancellationToken);
        var reader = await OpenAsync(context.Tenant, snapshot, cancellationToken);
        var journal = await PrepareAsync(context, kind, reader, allowNewerSchema, cancellationToken);
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
        OperationContext context, OperationKind kind, SnapshotReader reader, bool allowNewerSchema, CancellationToken cancellationToken)
    {
        try
        {
            return await preparation.RunAsync(context, kind, reader, allowNewerSchema, cancellationToken);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw RestoreText.Refusal("PrepareFailed", "PrepareFailedHint", failure, failure.Message);
        }
    }
}
