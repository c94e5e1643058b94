using BackupPortal.Core.Tenancy;

namespace BackupPortal.Core.Operations;

/// <summary>Takes long work in, durably. Safe for concurrent use, also by several processes on one data root.</summary>
public sealed class OperationQueue
{
    /// <summary>Queues work for the portal's worker.</summary>
    public Task<OperationId> EnqueueAsync(
        TenantId tenant, OperationKind kind, string arguments, string requestedBy, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    /// <summary>Takes a queued operation back, or asks a running one to stop (in whichever process it runs).</summary>
    /// <returns>False when it can no longer be cancelled.</returns>
    public Task<bool> CancelAsync(TenantId tenant, OperationId id, CancellationToken cancellationToken) => throw new NotImplementedException();
}
