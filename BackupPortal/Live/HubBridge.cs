using BackupPortal.Core.Operations;
using Microsoft.AspNetCore.SignalR;

namespace BackupPortal.Live;

/// <summary>Passes operations' states on to the hub's groups: at most five a second of each operation, the last one always.</summary>
internal sealed class HubBridge(
    OperationFeed feed, IHubContext<OperationsHub> hub, HubSubscriptions subscriptions, TimeProvider time, ILogger<HubBridge> logger) : IHostedService, IAsyncDisposable
{
    // A client that does not read must not hold up the others for longer.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private LatestUpdates? updates;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        updates = new LatestUpdates(SendAsync, CircuitFeed.Interval, time, logger);
        updates.Follow(feed.Subscribe(null, updates.Post));
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => DisposeAsync().AsTask();

    public ValueTask DisposeAsync() => updates?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async Task SendAsync(OperationView view)
    {
        if (subscriptions.SlugOf(view.Tenant) is not { } slug)
            return;
        await hub.Clients.Group(HubSubscriptions.GroupOf(view.Tenant))
            .SendAsync(OperationsHub.OperationEvent, OperationUpdate.From(view, slug))
            .WaitAsync(Patience, time);
    }
}
