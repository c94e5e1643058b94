using System.Globalization;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Maintenance;
using BackupPortal.Core.Tenancy;
using Microsoft.AspNetCore.Diagnostics;

namespace BackupPortal.MaintenanceMode;

/// <summary>
/// What the proxy in front of a school's own application asks before it lets a request through, and what it shows to who has to wait. Without sign-in: see
/// <see cref="GateCaller"/>. docs/gate.md tells how to use it.
/// </summary>
internal static class GateEndpoints
{
    /// <summary>Where the waiting page asks how far it is: an address of the application's host that its proxy passes on to <c>/gate/{slug}/status</c>.</summary>
    public const string StatusAddress = "/backupportal-status";

    public static void MapGate(this IEndpointRouteBuilder endpoints)
    {
        // Nothing of what follows routing is of use here: no accounts, no cookies, no limits; and the portal's own waiting and set-up must not answer instead.
        endpoints.MapGet("/gate/{slug}", Decide).AllowAnonymous().ShortCircuit();
        endpoints.MapGet("/gate/{slug}/waiting", WaitAsync).AllowAnonymous().ShortCircuit();
        endpoints.MapGet("/gate/{slug}/status", StatusAsync).AllowAnonymous().ShortCircuit();
    }

    // Asked for every request of an application: two looks at the file system, and nothing of the catalog.
    private static void Decide(string slug, HttpContext context, GateCaller caller, DataRoot root, MaintenanceGuard guard)
    {
        var tenant = Begin(context, slug, caller, root);
        context.Response.StatusCode = tenant is null ? StatusCodes.Status404NotFound
            : guard.Find(tenant) is null ? StatusCodes.Status204NoContent
            : StatusCodes.Status503ServiceUnavailable;
        if (context.Response.StatusCode == StatusCodes.Status503ServiceUnavailable)
            context.Response.Headers.RetryAfter = WaitingAnswer.RetryAfterSeconds.ToString(CultureInfo.InvariantCulture);
    }

    // Also 503 when the school has been opened in the meantime: whoever is sent here has been refused. The page notices it at once.
    private static async Task WaitAsync(string slug, HttpContext context, GateCaller caller, DataRoot root, TenantStore tenants, WaitingAnswer answer)
    {
        if (await FindAsync(slug, context, caller, root, tenants) is { } tenant)
            await answer.WriteAsync(context, tenant, StatusAddress);
        else
            context.Response.StatusCode = StatusCodes.Status404NotFound;
    }

    private static async Task<IResult> StatusAsync(
        string slug, HttpContext context, GateCaller caller, DataRoot root, TenantStore tenants, MaintenanceGuard guard, TenantStatusReader statuses)
    {
        if (Begin(context, slug, caller, root) is not { } parsed)
            return Results.StatusCode(StatusCodes.Status404NotFound);
        if (guard.Find(parsed) is null)
            return Results.Ok(new TenantStatus(false, null, null, null));
        return await tenants.FindAsync(parsed, context.RequestAborted) is { } tenant
            ? Results.Ok(await statuses.ReadAsync(tenant, CultureInfo.CurrentUICulture, context.RequestAborted))
            : Results.StatusCode(StatusCodes.Status404NotFound);
    }

    private static async Task<Tenant?> FindAsync(string slug, HttpContext context, GateCaller caller, DataRoot root, TenantStore tenants) =>
        Begin(context, slug, caller, root) is { } parsed ? await tenants.FindAsync(parsed, context.RequestAborted) : null;

    /// <summary>The school; null when there is none, or none for who asks.</summary>
    private static TenantSlug? Begin(HttpContext context, string slug, GateCaller caller, DataRoot root)
    {
        context.Response.Headers.CacheControl = "no-store";
        // An answer without a body is meant to have none.
        if (context.Features.Get<IStatusCodePagesFeature>() is { } pages)
            pages.Enabled = false;
        return caller.IsAllowed(context) && TenantSlug.TryParse(slug, out var tenant) && Directory.Exists(root.HomeOf(tenant).Repository) ? tenant : null;
    }
}
