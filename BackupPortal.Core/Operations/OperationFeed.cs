using BackupPortal.Core.Tenancy;

namespace BackupPortal.Core.Operations;

/// <summary>
/// Tells who is interested, in this process, how operations stand, wherever they run. Safe for concurrent use.
/// </summary>
public sealed class OperationFeed(ILogger<OperationFeed> logger)
{
    private readonly Lock _gate = new();
    private readonly List<FeedSubscription> _subscriptions = [];
    private readonly LatestOperations _latest = new();

    /// <param name="tenant">Null for all tenants.</param>
    /// <param name="receive">Called in order, on a thread of the feed; must not block. Intermediate states may be left out, the last never.</param>
    /// <returns>Dispose to unsubscribe; no call begins after that.</returns>
    public IDisposable Subscribe(TenantId? tenant, Action<OperationView> receive)
    {
        var subscription = new FeedSubscription(tenant, receive, logger, Remove);
        lock (_gate)
            _subscriptions.Add(subscription);
        return subscription;
    }

    /// <summary>Passes on how an operation stands; what is older than what was passed on already is left out.</summary>
    public void Publish(OperationView view)
    {
        lock (_gate)
        {
            if (!_latest.Advance(view))
                return;
            foreach (var subscription in _subscriptions)
                subscription.Post(view);
        }
    }

    private void Remove(FeedSubscription subscription)
    {
        lock (_gate)
            _subscriptions.Remove(subscription);
    }
}
