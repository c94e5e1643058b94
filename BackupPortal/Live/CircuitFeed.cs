using BackupPortal.Core.Operations;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Live;

/// <summary>How components follow operations: at most five updates a second of each operation, the last one always.</summary>
internal sealed class CircuitFeed(OperationFeed feed, TimeProvider time, ILogger<CircuitFeed> logger)
{
    /// <summary>The least time between two updates of one operation.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    /// <param name="tenant">Null for all tenants (operators' pages).</param>
    /// <param name="receive">Called one at a time, not on the circuit's own thread: render with <c>InvokeAsync</c>.</param>
    /// <returns>Dispose to end; when that is done, no call is under way. Do not dispose from within <paramref name="receive"/>.</returns>
    public IAsyncDisposable Subscribe(TenantId? tenant, Func<OperationView, Task> receive)
    {
        var updates = new LatestUpdates(receive, Interval, time, logger);
        updates.Follow(feed.Subscribe(tenant, updates.Post));
        return updates;
    }
}
