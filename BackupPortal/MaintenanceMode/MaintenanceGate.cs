using System.Security.Claims;
using BackupPortal.Access;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Maintenance;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.MaintenanceMode;

/// <summary>Decides whether a person may go on in a tenant now, and counts them in while they do.</summary>
internal sealed class MaintenanceGate(TenantAccess access, MaintenanceGuard guard, TenantTraffic traffic)
{
    /// <summary>
    /// Lets everybody in who is not an ordinary user of this tenant (whether strangers may do something is not decided here), and ordinary users
    /// while the tenant is open.
    /// </summary>
    /// <param name="slug">As it stands in the address.</param>
    /// <returns>Dispose it when what was let in is over.</returns>
    public async Task<GatePass> EnterAsync(ClaimsPrincipal user, string slug, CancellationToken cancellationToken)
    {
        var decision = await access.DecideAsync(user, slug, TenantRole.Member, cancellationToken);
        if (decision.Grant is not { } grant || grant.Allows(TenantRole.Admin))
            return new GatePass(null, null);

        var visit = traffic.Enter(grant.Tenant.Id);
        try
        {
            var notice = guard.Find(grant.Tenant.Slug);
            if (notice is null)
                return new GatePass(visit, null);
            visit.Dispose();
            return new GatePass(null, new ClosedTenant(grant.Tenant, notice));
        }
        catch
        {
            visit.Dispose();
            throw;
        }
    }
}

/// <summary>The gate's answer.</summary>
/// <param name="Closed">Set when the person has to wait.</param>
internal sealed record GatePass(IDisposable? Visit, ClosedTenant? Closed) : IDisposable
{
    public void Dispose() => Visit?.Dispose();
}

internal sealed record ClosedTenant(Tenant Tenant, MaintenanceNotice Notice);
