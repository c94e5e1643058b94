using BackupPortal.Access;
using BackupPortal.Core.Catalog;
using Microsoft.AspNetCore.SignalR;

namespace BackupPortal.Live;

/// <summary>
/// Tells programs how a tenant's operations stand. After <see cref="Subscribe"/> the client receives <c>operation</c> with an
/// <see cref="OperationUpdate"/>, and <c>unsubscribed</c> with the tenant's short name when its user may no longer follow.
/// </summary>
[RequireSignIn]
internal sealed class OperationsHub(TenantAccess access, HubSubscriptions subscriptions) : Hub
{
    public const string Address = "/hubs/operations";

    public const string OperationEvent = "operation";

    public const string UnsubscribedEvent = "unsubscribed";

    /// <exception cref="HubException">Unknown tenant, or the user is not one of its admins: the same answer for both.</exception>
    public async Task Subscribe(string slug)
    {
        var decision = await access.DecideAsync(Context.User ?? new(), slug, TenantRole.Admin, Context.ConnectionAborted);
        if (decision.Grant is not { } grant)
            throw new HubException("There is no such tenant, or you are not one of its admins.");
        subscriptions.Add(new HubSubscription(Context.ConnectionId, Context.User!, grant.Tenant));
        await Groups.AddToGroupAsync(Context.ConnectionId, HubSubscriptions.GroupOf(grant.Tenant.Id), Context.ConnectionAborted);
    }

    /// <summary>No error when the tenant is not followed.</summary>
    public async Task Unsubscribe(string slug)
    {
        if (subscriptions.Find(Context.ConnectionId, slug) is not { } subscription)
            return;
        subscriptions.Remove(subscription);
        await Groups.RemoveFromGroupAsync(Context.ConnectionId, HubSubscriptions.GroupOf(subscription.Tenant.Id), Context.ConnectionAborted);
    }

    public override Task OnDisconnectedAsync(Exception? exception)
    {
        subscriptions.RemoveConnection(Context.ConnectionId);
        return base.OnDisconnectedAsync(exception);
    }
}
