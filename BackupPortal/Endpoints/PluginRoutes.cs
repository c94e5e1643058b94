using System.Globalization;
using BackupPortal.Access;
using BackupPortal.Api;
using BackupPortal.Core.Backup;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Pruning;
using BackupPortal.Core.Snapshots;
using Microsoft.AspNetCore.Antiforgery;

namespace BackupPortal.Endpoints;

/// <summary>
/// The addresses of the tenant plug-in that this portal takes the place of, so that bookmarks and scripts go on working. Forms of a page of this portal come with the
/// page's cookie, scripts with an access token.
/// </summary>
internal static class PluginRoutes
{
    public static void MapPluginRoutes(this IEndpointRouteBuilder endpoints)
    {
        var plugin = endpoints.MapGroup("/t/{slug}/settings/admin/backup").ExcludeFromDescription();
        plugin.MapGet("", static (string slug) => Results.Redirect($"/t/{slug}/backups")).WithMetadata(new RequireTenantRoleAttribute(TenantRole.Admin));
        var changes = plugin.MapGroup("").WithMetadata(new AcceptsTokensAttribute()).AddEndpointFilter<FromHereFilter>();
        changes.MapPost("/settings", SaveAsync).For(TenantRole.Admin, TokenRights.Settings);
        changes.MapPost("/create", CreateAsync).For(TenantRole.Admin, TokenRights.Backup);
        changes.MapPost("/delete", DeleteAsync).For(TenantRole.Admin, TokenRights.Manage);
    }

    /// <summary>Fields <c>enabled</c> and <c>time</c>. As in any form, a box that is not ticked is not sent.</summary>
    private static async Task<IResult> SaveAsync(CalledTenant called, HttpContext context, ScheduleStore schedules, CancellationToken cancellationToken)
    {
        var sent = await SentFields.ReadAsync(context.Request, cancellationToken);
        var before = await schedules.GetAsync(called.Id, cancellationToken);
        var at = before.At;
        if (sent.Find("time", "at") is { } text && !TimeOnly.TryParse(text, CultureInfo.InvariantCulture, out at))
            throw ApiRefusal.Invalid("time", "wrong_time");
        var isOn = sent.Find("enabled")?.ToUpperInvariant() is "ON" or "TRUE" or "1" or "YES";
        await schedules.SaveAsync(called.Id, isOn, at, called.By, cancellationToken);
        return RequestKind.WantsPage(context.Request) ? SeeOther($"/t/{called.Slug}/settings") : Results.Ok(new ScheduleToSet(isOn, at.ToString("HH:mm", CultureInfo.InvariantCulture)));
    }

    /// <summary>Field <c>note</c> or <c>comment</c>; may be left out.</summary>
    private static async Task<IResult> CreateAsync(CalledTenant called, HttpContext context, QueuedWork work, CancellationToken cancellationToken)
    {
        var note = (await SentFields.ReadAsync(context.Request, cancellationToken)).Find("note", "comment");
        return await QueueAsync(called, context, work, OperationKind.Backup, new BackupArguments(SnapshotOrigin.Manual, note).ToJson(), cancellationToken);
    }

    /// <summary>Field <c>id</c> or <c>backup</c>: the snapshot. What may not go is refused by the operation.</summary>
    private static async Task<IResult> DeleteAsync(CalledTenant called, HttpContext context, SnapshotIndex index, QueuedWork work, CancellationToken cancellationToken)
    {
        var id = (await SentFields.ReadAsync(context.Request, cancellationToken)).Find("id", "backup") ?? throw ApiRefusal.Invalid("id", "snapshot_missing");
        var found = await index.RequireAsync(called, id, cancellationToken);
        return await QueueAsync(called, context, work, OperationKind.Prune, new PruneArguments(null, [found.Id.Value]).ToJson(), cancellationToken);
    }

    private static async Task<IResult> QueueAsync(
        CalledTenant called, HttpContext context, QueuedWork work, OperationKind kind, string arguments, CancellationToken cancellationToken)
    {
        var answer = await work.QueueAsync(called, kind, arguments, cancellationToken);
        return RequestKind.WantsPage(context.Request) ? SeeOther($"/t/{called.Slug}/operations") : answer;
    }

    private static SeeOtherAnswer SeeOther(string address) => new SeeOtherAnswer(address);

    // The framework's redirects keep the method or leave it open; after a form the next page is read.
    private sealed class SeeOtherAnswer(string address) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
            httpContext.Response.Headers.Location = address;
            return Task.CompletedTask;
        }
    }

    /// <summary>Whoever comes with a cookie has to come from a page of this portal: the browser says so itself, or the form holds the page's word for it.</summary>
    private sealed class FromHereFilter(IAntiforgery antiforgery) : IEndpointFilter
    {
        public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
        {
            var http = context.HttpContext;
            var isFromHere = TokenAuthentication.TokenOf(http.User) is not null
                || http.Request.Headers["Sec-Fetch-Site"] == "same-origin"
                || await antiforgery.IsRequestValidAsync(http);
            return isFromHere ? await next(context) : throw new ApiRefusal(StatusCodes.Status400BadRequest, "not_from_here");
        }
    }
}
