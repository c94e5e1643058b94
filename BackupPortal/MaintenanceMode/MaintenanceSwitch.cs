using System.Security.Claims;
using BackupPortal.Access;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Maintenance;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.MaintenanceMode;

/// <summary>Maintenance mode by hand, for a tenant's admins and for operators.</summary>
internal sealed class MaintenanceSwitch(TenantAccess access, MaintenanceGuard guard)
{
    /// <exception cref="AccessDeniedException">The person is no admin of the tenant.</exception>
    public async Task EnterAsync(ClaimsPrincipal user, TenantSlug tenant, CancellationToken cancellationToken)
    {
        var grant = await access.RequireAsync(user, tenant.Value, TenantRole.Admin, TokenRights.Maintenance, cancellationToken);
        await guard.EnterAsync(grant.Tenant.Slug, null, user.Identity?.Name ?? "", cancellationToken);
    }

    /// <summary>Opens the tenant again, also when a restore closed it.</summary>
    /// <exception cref="AccessDeniedException">The person is no admin of the tenant.</exception>
    public async Task LeaveAsync(ClaimsPrincipal user, TenantSlug tenant, CancellationToken cancellationToken)
    {
        var grant = await access.RequireAsync(user, tenant.Value, TenantRole.Admin, TokenRights.Maintenance, cancellationToken);
        await guard.LeaveAsync(grant.Tenant.Slug, cancellationToken);
    }
}
