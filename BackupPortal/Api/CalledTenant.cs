using System.Security.Claims;
using BackupPortal.Access;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Api;

/// <summary>
/// The tenant of a call's address, and who calls. An endpoint that takes it has asked <see cref="TenantAccess"/> right before it began, for what its
/// <see cref="RequireRightAttribute"/> says.
/// </summary>
/// <param name="By">Who does it, for operations and audit.</param>
/// <param name="Account">Whose token it is.</param>
internal sealed record CalledTenant(TenantGrant Grant, string By, Guid Account)
{
    public Tenant Tenant => Grant.Tenant;

    public TenantId Id => Grant.Tenant.Id;

    public string Slug => Grant.Tenant.Slug.Value;

    /// <summary>Of the tenant's resources.</summary>
    public string Address => $"{ApiEndpoints.Root}/tenants/{Slug}";

    /// <exception cref="AccessDeniedException">Whoever calls may not (any more).</exception>
    public static async ValueTask<CalledTenant?> BindAsync(HttpContext context)
    {
        var needed = context.GetEndpoint()!.Metadata.GetRequiredMetadata<RequireRightAttribute>();
        var slug = (string)context.GetRouteValue(RequireTenantRoleAttribute.RouteValue)!;
        var access = context.RequestServices.GetRequiredService<TenantAccess>();
        var grant = await access.RequireAsync(context.User, slug, needed.Role, needed.Right, context.RequestAborted);
        return new CalledTenant(grant, context.User.Identity?.Name ?? "", Guid.Parse(context.User.FindFirstValue(ClaimTypes.NameIdentifier)!));
    }
}
