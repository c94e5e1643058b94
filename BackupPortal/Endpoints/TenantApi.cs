using System.ComponentModel.DataAnnotations;
using System.Globalization;
using BackupPortal.Access;
using BackupPortal.Core.Browsing;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Sources;
using BackupPortal.Core.Tenancy;
using BackupPortal.Live;
using BackupPortal.MaintenanceMode;

namespace BackupPortal.Endpoints;

/// <summary>What programs may ask about one tenant.</summary>
internal static class TenantApi
{
    public static void MapTenantApi(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/t/{slug}/status", StatusAsync)
            .WithMetadata(new RequireTenantRoleAttribute(TenantRole.Member), new OpenInMaintenanceAttribute());
        var api = endpoints.MapGroup("/api/v1/tenants/{slug}");
        api.MapGet("/tables", TablesAsync).WithMetadata(new RequireTenantRoleAttribute(TenantRole.Member));
        api.MapGet("/tables/{name}/rows", RowsAsync).WithMetadata(new RequireTenantRoleAttribute(TenantRole.Member));
        api.MapGet("/operations", OperationsAsync).WithMetadata(new RequireTenantRoleAttribute(TenantRole.Admin));
    }

    private static async Task<IResult> StatusAsync(
        string slug, HttpContext context, TenantAccess access, TenantStatusReader statuses, CancellationToken cancellationToken)
    {
        var grant = await access.RequireAsync(context.User, TenantSlug.Parse(slug), TenantRole.Member, cancellationToken);
        context.Response.Headers.CacheControl = "no-store";
        return Results.Ok(await statuses.ReadAsync(grant.Tenant, CultureInfo.CurrentUICulture, cancellationToken));
    }

    private static async Task<IResult> TablesAsync(
        string slug, HttpContext context, TenantAccess access, LiveDatabases databases, CancellationToken cancellationToken)
    {
        var grant = await access.RequireAsync(context.User, TenantSlug.Parse(slug), TenantRole.Member, cancellationToken);
        await using var reader = await databases.OpenReaderAsync(grant.Tenant, cancellationToken);
        return Results.Ok(await TableBrowser.ListTablesAsync(reader.Connection, cancellationToken));
    }

    private static async Task<IResult> RowsAsync(
        string slug, string name, HttpContext context, TenantAccess access, LiveDatabases databases, CancellationToken cancellationToken,
        [Range(0, int.MaxValue)] int page = 0, [Range(1, 200)] int pageSize = 50, string? search = null)
    {
        var grant = await access.RequireAsync(context.User, TenantSlug.Parse(slug), TenantRole.Member, cancellationToken);
        await using var reader = await databases.OpenReaderAsync(grant.Tenant, cancellationToken);
        var request = new TablePageRequest(name, page, pageSize, string.IsNullOrEmpty(search) ? null : search);
        return Results.Ok(await TableBrowser.ReadPageAsync(reader.Connection, request, cancellationToken));
    }

    private static async Task<IResult> OperationsAsync(
        string slug, HttpContext context, TenantAccess access, OperationHistory history, CancellationToken cancellationToken,
        [Range(1, 200)] int take = 50)
    {
        var grant = await access.RequireAsync(context.User, TenantSlug.Parse(slug), TenantRole.Admin, cancellationToken);
        var operations = await history.ListAsync(grant.Tenant.Id, take, cancellationToken);
        return Results.Ok(operations.Select(view => OperationUpdate.From(view, slug)));
    }
}
