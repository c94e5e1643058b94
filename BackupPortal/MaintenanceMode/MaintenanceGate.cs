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
        var decision = await access.DecideAsync(user, slug, TenantRole.Member, TokenRights.None, cancellationToken);
        if (decision.Grant is not { } grant || grant.Allows(TenantRole.Admin))
            return new GatePass(null, null, IsClosed: false);

        var visit = traffic.Enter(grant.Tenant.Id);
        try
        {
            if (guard.Find(grant.Tenant.Slug) is null)
                return new GatePass(visit, grant.Tenant, IsClosed: false);
            visit.Dispose();
            return new GatePass(null, grant.Tenant, IsClosed: true);
        }
        catch
        {
            visit.Dispose();
            throw;
        }
    }
}

/// <summary>The gate's answer.</summary>
/// <param name="Visit">Set when the person is counted in.</param>
/// <param name="Tenant">Set for its ordinary users.</param>
/// <param name="IsClosed">True when the person has to wait.</param>
internal sealed record GatePass(TenantVisit? Visit, Tenant? Tenant, bool IsClosed) : IDisposable
{
    public void Dispose() => Visit?.Dispose();
}
