using BackupPortal.Core.Messages;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Core.Operations;

/// <summary>Takes long work in, durably. Safe for concurrent use, also by several processes on one data root.</summary>
public sealed class OperationQueue
{
    private readonly OperationStore _store;
    private readonly RunningOperations _running;
    private readonly OperationFeed _feed;

    internal OperationQueue(OperationStore store, RunningOperations running, OperationFeed feed)
    {
        _store = store;
        _running = running;
        _feed = feed;
    }

    /// <summary>Queues work for the portal's worker.</summary>
    public async Task<OperationId> EnqueueAsync(
        TenantId tenant, OperationKind kind, string arguments, string requestedBy, CancellationToken cancellationToken)
    {
        var queued = await _store.InsertAsync(tenant, kind, arguments, requestedBy, runner: null, cancellationToken);
        _feed.Publish(queued);
        _running.SignalWork();
        return queued.Id;
    }

    /// <summary>Queues the same work again, as a new operation: for one that failed, was cancelled or interrupted.</summary>
    /// <exception cref="PortalException">There is no such operation, or it is not over.</exception>
    public async Task<OperationId> RepeatAsync(TenantId tenant, OperationId id, string requestedBy, CancellationToken cancellationToken)
    {
        var over = await _store.FindAsync(id, cancellationToken);
        if (over is null || over.Tenant != tenant || over.EndedUtc is null)
            throw new PortalException(new Message("Operations", "NotRepeatable"));
        return await EnqueueAsync(tenant, over.Kind, over.Arguments, requestedBy, cancellationToken);
    }

    /// <summary>Takes a queued operation back, or asks a running one to stop (in whichever process it runs).</summary>
    /// <returns>False when it can no longer be cancelled.</returns>
    public async Task<bool> CancelAsync(TenantId tenant, OperationId id, CancellationToken cancellationToken)
    {
        var cancelled = await _store.CancelQueuedAsync(tenant, id, cancellationToken);
        if (!cancelled)
        {
            cancelled = await _store.RequestCancelAsync(tenant, id, cancellationToken);
            // The row has decided; this only spares the wait until the runner looks at it.
            if (cancelled && _running.Find(id) is { } run)
                await run.CancelAsync();
        }
        if (cancelled && await _store.FindAsync(id, cancellationToken) is { } view)
            _feed.Publish(view);
        return cancelled;
    }
}
