using System.Collections.Concurrent;
using System.Security.Claims;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Live;

/// <summary>Which hub connection follows which tenant. Safe for concurrent use.</summary>
internal sealed class HubSubscriptions
{
    private readonly ConcurrentDictionary<(string Connection, TenantId Tenant), HubSubscription> subscriptions = [];

    public IReadOnlyCollection<HubSubscription> All => [.. subscriptions.Values];

    public static string GroupOf(TenantId tenant) => $"operations of {tenant}";

    public void Add(HubSubscription subscription) => subscriptions[(subscription.Connection, subscription.Tenant.Id)] = subscription;

    public HubSubscription? Find(string connection, string slug) =>
        subscriptions.Values.FirstOrDefault(one => one.Connection == connection && one.Tenant.Slug.Value == slug);

    public void Remove(HubSubscription subscription) => subscriptions.TryRemove((subscription.Connection, subscription.Tenant.Id), out _);

    public void RemoveConnection(string connection)
    {
        foreach (var subscription in subscriptions.Values.Where(one => one.Connection == connection))
            Remove(subscription);
    }

    /// <summary>The short name under which somebody follows the tenant; null when nobody does.</summary>
    public string? SlugOf(TenantId tenant) => subscriptions.Values.FirstOrDefault(one => one.Tenant.Id == tenant)?.Tenant.Slug.Value;
}

internal sealed record HubSubscription(string Connection, ClaimsPrincipal User, Tenant Tenant);
