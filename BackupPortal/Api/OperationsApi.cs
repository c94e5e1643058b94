using System.ComponentModel.DataAnnotations;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Operations;
using BackupPortal.Live;

namespace BackupPortal.Api;

/// <summary>Long work: what runs, waits and is over.</summary>
internal static class OperationsApi
{
    public static void MapOperations(this RouteGroupBuilder tenant)
    {
        tenant.MapGet("/operations", ListAsync).For(TenantRole.Admin, TokenRights.Read);
    }

    private static async Task<IResult> ListAsync(
        CalledTenant called, OperationHistory history, CancellationToken cancellationToken, [Range(1, 200)] int take = 50)
    {
        var operations = await history.ListAsync(called.Id, take, cancellationToken);
        return Results.Ok(operations.Select(view => OperationUpdate.From(view, called.Tenant.Slug.Value)));
    }
}
