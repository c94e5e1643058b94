using BackupPortal.Core.Tenancy;

namespace BackupPortal.Core.Operations;

/// <summary>One receiver of the feed. A slow one gets only the newest state of each operation.</summary>
internal sealed partial class FeedSubscription(
    TenantId? tenant, Action<OperationView> receive, ILogger logger, Action<FeedSubscription> onDispose) : IDisposable
{
    private readonly Lock _pendingGate = new();

    // Held during a call, so that Dispose can promise that none begins after it; the same thread may dispose from within a call.
    private readonly Lock _callGate = new();
    private readonly Dictionary<OperationId, OperationView> _pending = [];
    private readonly Queue<OperationId> _order = new();
    private bool _draining;
    private bool _disposed;

    public void Post(OperationView view)
    {
        if (tenant is { } wanted && wanted != view.Tenant)
            return;
        lock (_pendingGate)
        {
            if (!_pending.ContainsKey(view.Id))
                _order.Enqueue(view.Id);
            _pending[view.Id] = view;
            if (_draining)
                return;
            _draining = true;
        }
        ThreadPool.UnsafeQueueUserWorkItem(static self => self.Drain(), this, preferLocal: false);
    }

    public void Dispose()
    {
        lock (_callGate)
            _disposed = true;
        onDispose(this);
    }

    private void Drain()
    {
        while (Next() is { } view)
        {
            lock (_callGate)
            {
                if (!_disposed)
                    Call(view);
            }
        }
    }

    private OperationView? Next()
    {
        lock (_pendingGate)
        {
            _draining = _order.TryDequeue(out var id);
            return _draining && _pending.Remove(id, out var view) ? view : null;
        }
    }

    private void Call(OperationView view)
    {
        try
        {
            receive(view);
        }
        catch (Exception fault)
        {
            // One broken receiver must not keep the others, or its own next view, from being served.
            Log.ReceiverFailed(logger, fault, view.Id);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "A receiver of operation {Operation} failed.")]
        public static partial void ReceiverFailed(ILogger logger, Exception fault, OperationId operation);
    }
}
