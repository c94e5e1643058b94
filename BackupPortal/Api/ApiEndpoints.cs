using BackupPortal.Access;
using BackupPortal.Core.Catalog;

namespace BackupPortal.Api;

/// <summary>What programs can do: the same as people on the pages. Each group of resources has a class of its own.</summary>
internal static class ApiEndpoints
{
    public static void MapApi(this IEndpointRouteBuilder endpoints)
    {
        var api = endpoints.MapGroup("/api/v1");
        var tenant = api.MapGroup("/tenants/{slug}");
        tenant.MapLiveData();
        tenant.MapOperations();
    }

    /// <summary>Says who may use an endpoint of a tenant.</summary>
    public static RouteHandlerBuilder For(this RouteHandlerBuilder endpoint, TenantRole role, TokenRights right) =>
        endpoint.WithMetadata(new RequireRightAttribute(role, right));
}
