using BackupPortal.Access;
using BackupPortal.Core.Catalog;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Options;

namespace BackupPortal.Live;

/// <summary>Takes connections out of the groups of tenants that their users may no longer follow.</summary>
internal sealed partial class HubAccessCheck(
    TenantAccess access, HubSubscriptions subscriptions, IHubContext<OperationsHub> hub, IOptions<AccessOptions> options,
    TimeProvider time, ILogger<HubAccessCheck> logger) : BackgroundService
{
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        foreach (var subscription in subscriptions.All)
        {
            var slug = subscription.Tenant.Slug.Value;
            var decision = await access.DecideAsync(subscription.User, slug, TenantRole.Admin, cancellationToken);
            if (decision.Grant?.Tenant.Id == subscription.Tenant.Id)
                continue;
            subscriptions.Remove(subscription);
            await hub.Groups.RemoveFromGroupAsync(subscription.Connection, HubSubscriptions.GroupOf(subscription.Tenant.Id), cancellationToken);
            await hub.Clients.Client(subscription.Connection).SendAsync(OperationsHub.UnsubscribedEvent, slug, cancellationToken);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.RecheckInterval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await CheckAsync(stoppingToken);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                Log.CheckFailed(logger, exception);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "Who may follow operations could not be checked; it is tried again.")]
        public static partial void CheckFailed(ILogger logger, Exception exception);
    }
}
