using System.ComponentModel.DataAnnotations;
using BackupPortal.Core.Browsing;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Sources;

namespace BackupPortal.Api;

/// <summary>A tenant's data as its application uses it now, read-only.</summary>
internal static class LiveDataApi
{
    public static void MapLiveData(this RouteGroupBuilder tenant)
    {
        var data = tenant.MapGroup("/tables").WithTags("Live data");
        data.MapGet("", TablesAsync).For(TenantRole.Member, TokenRights.Read).Gives<IReadOnlyList<TableDescription>>("Lists the tables of live data.");
        data.MapGet("/{name}/rows", RowsAsync).For(TenantRole.Member, TokenRights.Read).Gives<TablePage>("Reads rows of a table of live data.")
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<IResult> TablesAsync(CalledTenant called, LiveDatabases databases, CancellationToken cancellationToken)
    {
        await using var reader = await databases.OpenReaderAsync(called.Tenant, cancellationToken);
        return Results.Ok(await TableBrowser.ListTablesAsync(reader.Connection, cancellationToken));
    }

    private static async Task<IResult> RowsAsync(
        CalledTenant called, string name, LiveDatabases databases, CancellationToken cancellationToken,
        [Range(0, int.MaxValue)] int page = 0, [Range(1, 200)] int pageSize = 50, string? search = null)
    {
        await using var reader = await databases.OpenReaderAsync(called.Tenant, cancellationToken);
        var request = new TablePageRequest(name, page, pageSize, string.IsNullOrEmpty(search) ? null : search);
        return Results.Ok(await TableBrowser.ReadPageAsync(reader.Connection, request, cancellationToken));
    }
}
