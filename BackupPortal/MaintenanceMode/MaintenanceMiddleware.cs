using BackupPortal.Access;

namespace BackupPortal.MaintenanceMode;

/// <summary>
/// Keeps a tenant's ordinary users out while it is in maintenance mode. Runs after authorization, so that who has no business with the tenant
/// learns nothing about it.
/// </summary>
internal sealed class MaintenanceMiddleware(RequestDelegate next, MaintenanceGate gate, WaitingAnswer answer)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (context.GetRouteValue(RequireTenantRoleAttribute.RouteValue) is not string slug
            || context.GetEndpoint()?.Metadata.GetMetadata<OpenInMaintenanceAttribute>() is not null)
        {
            await next(context);
            return;
        }
        using var pass = await gate.EnterAsync(context.User, slug, context.RequestAborted);
        if (pass.Closed is { } closed)
            await answer.WriteAsync(context, closed);
        else
            await next(context);
    }
}
