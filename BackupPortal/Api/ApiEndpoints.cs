using BackupPortal.Access;
using BackupPortal.Core.Catalog;

namespace BackupPortal.Api;

/// <summary>What programs can do: the same as people on the pages. Each group of resources has a class of its own.</summary>
internal static class ApiEndpoints
{
    public const string Root = "/api/v1";

    public static void MapApi(this IEndpointRouteBuilder endpoints)
    {
        var api = endpoints.MapGroup(Root);
        api.MapDocument();
        api.MapTenants();
        var tenant = api.MapGroup("/tenants/{slug}");
        tenant.MapSnapshots();
        tenant.MapRestores();
        tenant.MapComparisons();
        tenant.MapCopies();
        tenant.MapOperations();
        tenant.MapSettings();
        tenant.MapMaintenance();
        tenant.MapLiveData();
    }

    /// <summary>Says who may use an endpoint of a tenant.</summary>
    public static RouteHandlerBuilder For(this RouteHandlerBuilder endpoint, TenantRole role, TokenRights right) =>
        endpoint.WithMetadata(new RequireRightAttribute(role, right));

    /// <summary>An endpoint that always answers.</summary>
    public static RouteHandlerBuilder Gives<T>(this RouteHandlerBuilder endpoint, string summary) => endpoint.WithSummary(summary).Produces<T>();

    /// <summary>An endpoint that asks for something that may not be there.</summary>
    public static RouteHandlerBuilder Finds<T>(this RouteHandlerBuilder endpoint, string summary) => endpoint.Finds(summary).Produces<T>();

    public static RouteHandlerBuilder Finds(this RouteHandlerBuilder endpoint, string summary) =>
        endpoint.WithSummary(summary).ProducesProblem(StatusCodes.Status404NotFound);

    /// <summary>An endpoint that queues long work.</summary>
    public static RouteHandlerBuilder Starts(this RouteHandlerBuilder endpoint, string summary) => endpoint.WithSummary(summary)
        .WithMetadata(new IdempotentAttribute())
        .Produces<OperationResource>(StatusCodes.Status202Accepted)
        .ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    /// <summary>An endpoint that makes something else.</summary>
    public static RouteHandlerBuilder Makes<T>(this RouteHandlerBuilder endpoint, string summary, int status) => endpoint.WithSummary(summary)
        .WithMetadata(new IdempotentAttribute())
        .Produces<T>(status)
        .ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status422UnprocessableEntity);
}
