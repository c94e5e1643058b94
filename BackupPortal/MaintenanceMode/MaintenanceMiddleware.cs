using BackupPortal.Access;
using BackupPortal.Core.Tenancy;

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
        if (pass.IsClosed)
            await answer.WriteAsync(context, pass.Tenant!);
        else if (pass.Visit is { } visit)
            await RunAsync(context, visit, pass.Tenant!);
        else
            await next(context);
    }

    /// <summary>Ends with the visit: what has not begun to answer is asked to wait, what has is broken off, so that nobody takes a half for the whole.</summary>
    private async Task RunAsync(HttpContext context, TenantVisit visit, Tenant tenant)
    {
        var aborted = context.RequestAborted;
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(aborted, visit.Ending);
        using var breaking = visit.Ending.Register(() => BreakOffWhenBegun(context));
        context.RequestAborted = ending.Token;
        try
        {
            await next(context);
        }
        catch (Exception) when (visit.Ending.IsCancellationRequested && !aborted.IsCancellationRequested && !context.Response.HasStarted)
        {
            context.RequestAborted = aborted;
            context.Response.Clear();
            await answer.WriteAsync(context, tenant);
        }
        finally
        {
            context.RequestAborted = aborted;
        }
    }

    private static void BreakOffWhenBegun(HttpContext context)
    {
        if (context.Response.HasStarted)
            context.Abort();
    }
}
