using BackupPortal.Core.Operations;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Core.Maintenance;

/// <summary>
/// Which tenants are in maintenance mode: one durable file a tenant, so that every process on the data root sees it at once. Safe for concurrent use.
/// </summary>
public sealed class MaintenanceGuard
{
    /// <summary>Raised (on any thread) when this process changed or noticed a change of a tenant's mode; see <see cref="Find"/>.</summary>
    public event Action<TenantSlug>? Changed { add => throw new NotImplementedException(); remove => throw new NotImplementedException(); }

    /// <summary>The notice, or null when the tenant is open. Costs one look at the file system; made for every request.</summary>
    public MaintenanceNotice? Find(TenantSlug tenant) => throw new NotImplementedException();

    /// <param name="operation">The restore that asks; null when a person does.</param>
    public Task EnterAsync(TenantSlug tenant, OperationId? operation, string by, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    /// <summary>Opens the tenant again; no error when it is open.</summary>
    public Task LeaveAsync(TenantSlug tenant, CancellationToken cancellationToken) => throw new NotImplementedException();
}
