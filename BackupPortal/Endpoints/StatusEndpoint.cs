using System.Globalization;
using BackupPortal.Access;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Tenancy;
using BackupPortal.MaintenanceMode;

namespace BackupPortal.Endpoints;

/// <summary>What the page of waiting people asks for again and again.</summary>
internal static class StatusEndpoint
{
    public static void MapStatus(this IEndpointRouteBuilder endpoints) => endpoints.MapGet("/t/{slug}/status", StatusAsync)
        .WithMetadata(new RequireTenantRoleAttribute(TenantRole.Member), new OpenInMaintenanceAttribute())
        .ExcludeFromDescription();

    private static async Task<IResult> StatusAsync(
        string slug, HttpContext context, TenantAccess access, TenantStatusReader statuses, CancellationToken cancellationToken)
    {
        var grant = await access.RequireAsync(context.User, TenantSlug.Parse(slug), TenantRole.Member, cancellationToken);
        context.Response.Headers.CacheControl = "no-store";
        return Results.Ok(await statuses.ReadAsync(grant.Tenant, CultureInfo.CurrentUICulture, cancellationToken));
    }
}
