using System.Security.Claims;
using BackupPortal.Access;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Maintenance;

namespace BackupPortal.Api;

/// <summary>Schools.</summary>
internal static class TenantsApi
{
    public static void MapTenants(this RouteGroupBuilder api)
    {
        var tenants = api.MapGroup("/tenants").WithTags("Tenants");
        tenants.MapGet("", ListAsync).WithMetadata(new RequireHostRightAttribute(TokenRights.Read)).Gives<ApiPage<TenantResource>>("Lists the tenants of the token, by name.");
        tenants.MapPost("", AddAsync).WithMetadata(new RequireHostRightAttribute(TokenRights.Host)).Makes<TenantResource>("Adds a tenant. For operators.", StatusCodes.Status201Created);
        tenants.MapGet("/{slug}", Get).For(TenantRole.Member, TokenRights.Read).Gives<TenantResource>("Tells what a tenant is.");
    }

    private static async Task<IResult> ListAsync(
        HttpContext context, TenantAccess access, MaintenanceGuard guard, CancellationToken cancellationToken, [ApiLimit] int limit = 50, string? cursor = null)
    {
        var grants = await access.ListAsync(context.User, cancellationToken);
        return ApiCursor.PageOf(context, grants, cursor, limit, grant => TenantResource.From(grant, guard));
    }

    private static TaggedAnswer Get(CalledTenant called, MaintenanceGuard guard) => new(TenantResource.From(called.Grant, guard));

    private static async Task<IResult> AddAsync(
        TenantToAdd wanted, ClaimsPrincipal user, TenantAccess access, TenantRegistration registration, MaintenanceGuard guard, CancellationToken cancellationToken)
    {
        var verdict = await access.DecideHostAsync(user, TokenRights.Host, cancellationToken);
        if (verdict != AccessVerdict.Allowed)
            throw new AccessDeniedException(verdict);
        var request = new NewTenant(wanted.Slug, wanted.Name, wanted.TimeZone, wanted.DatabasePath, wanted.FilesPath);
        var added = await registration.AddAsync(request, trustPaths: false, user.Identity?.Name ?? "", cancellationToken);
        return Results.Created($"{ApiEndpoints.Root}/tenants/{added.Slug}", TenantResource.From(new TenantGrant(added, TenantRole.Admin, true), guard));
    }
}

/// <param name="Role">Of the token's person: Admin or Member.</param>
/// <param name="IsInMaintenance">True while ordinary users are kept out.</param>
internal sealed record TenantResource(string Slug, string Name, string TimeZone, string Role, DateTimeOffset CreatedUtc, bool IsInMaintenance)
{
    public static TenantResource From(TenantGrant grant, MaintenanceGuard guard) => new(
        grant.Tenant.Slug.Value, grant.Tenant.Name, grant.Tenant.TimeZone.Id, grant.Role.ToString(), grant.Tenant.CreatedUtc, guard.Find(grant.Tenant.Slug) is not null);
}

/// <param name="TimeZone">Such as <c>Europe/Berlin</c>, which is also what is taken without one.</param>
/// <param name="DatabasePath">Without one: the default place.</param>
/// <param name="FilesPath">Without one: the default place.</param>
internal sealed record TenantToAdd(string Slug, string Name, string? TimeZone = null, string? DatabasePath = null, string? FilesPath = null);
