using System.Globalization;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Operations;

namespace BackupPortal.Api;

/// <summary>Long work: what runs, waits and is over.</summary>
internal static class OperationsApi
{
    public static void MapOperations(this RouteGroupBuilder tenant)
    {
        var operations = tenant.MapGroup("/operations").WithTags("Operations");
        operations.MapGet("", ListAsync).For(TenantRole.Admin, TokenRights.Read).Gives<ApiPage<OperationResource>>("Lists operations, newest first.");
        operations.MapGet("/{operation}", GetAsync).For(TenantRole.Admin, TokenRights.Read).Finds<OperationResource>("Tells how an operation stands.");
        operations.MapGet("/{operation}/log", LogAsync).For(TenantRole.Admin, TokenRights.Read).Finds<ApiPage<LogLineResource>>("Reads an operation's log, oldest line first.");
        operations.MapGet("/{operation}/events", EventsAsync).For(TenantRole.Admin, TokenRights.Read)
            .Finds("Follows an operation until it is over, as server-sent events: `operation` with how it stands, `log` with each line, `heartbeat`, and `end`. Goes on after `Last-Event-ID`.")
            .Produces<OperationEvent>(StatusCodes.Status200OK, "text/event-stream").Produces(StatusCodes.Status204NoContent);
        operations.MapPost("/{operation}/cancel", CancelAsync).For(TenantRole.Admin, TokenRights.Manage)
            .Finds<OperationResource>("Takes a queued operation back, or asks a running one to stop.").ProducesProblem(StatusCodes.Status409Conflict);
        operations.MapPost("/{operation}/dismiss", DismissAsync).For(TenantRole.Admin, TokenRights.Manage)
            .Finds<OperationResource>("Takes a failed operation off what needs attention.");
    }

    private static async Task<IResult> ListAsync(
        CalledTenant called, HttpContext context, OperationHistory history, CancellationToken cancellationToken,
        [ApiLimit] int limit = 50, string? cursor = null)
    {
        var found = await history.ListAsync(called.Id, PlaceOf(ApiCursor.Read(cursor)), limit + 1, cancellationToken);
        var shown = found.Take(limit).ToList();
        var next = found.Count > limit ? $"{shown[^1].QueuedUtc.UtcTicks.ToString(CultureInfo.InvariantCulture)}.{shown[^1].Id}" : null;
        return ApiCursor.Page(context, [.. shown.Select(view => OperationResource.From(view, called.Slug))], next);
    }

    private static async Task<IResult> GetAsync(CalledTenant called, string operation, OperationHistory history, CancellationToken cancellationToken) =>
        new TaggedAnswer(OperationResource.From(await FindAsync(called, operation, history, cancellationToken), called.Slug));

    private static async Task<IResult> LogAsync(
        CalledTenant called, string operation, HttpContext context, OperationHistory history, CancellationToken cancellationToken,
        [ApiLimit] int limit = 100, string? cursor = null)
    {
        var view = await FindAsync(called, operation, history, cancellationToken);
        var log = await history.ReadLogAsync(called.Id, view.Id, cancellationToken);
        return ApiCursor.PageOf(context, [.. log.Select(static (entry, at) => LogLineResource.From(entry, at + 1))], cursor, limit, static line => line);
    }

    private static async Task<IResult> EventsAsync(
        CalledTenant called, string operation, HttpContext context, OperationHistory history, OperationEvents events, CancellationToken cancellationToken)
    {
        var view = await FindAsync(called, operation, history, cancellationToken);
        var last = context.Request.Headers["Last-Event-ID"].ToString();
        // A browser that lost the connection after the end would ask for ever.
        if (last == OperationEvents.EndId)
            return Results.NoContent();
        context.Response.Headers["X-Accel-Buffering"] = "no";
        var seen = int.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
        return TypedResults.ServerSentEvents(events.FollowAsync(called, context.User, view, seen, cancellationToken));
    }

    private static async Task<IResult> CancelAsync(
        CalledTenant called, string operation, OperationHistory history, OperationQueue queue, CancellationToken cancellationToken)
    {
        var view = await FindAsync(called, operation, history, cancellationToken);
        if (!await queue.CancelAsync(called.Id, view.Id, cancellationToken))
            throw new ApiRefusal(StatusCodes.Status409Conflict, "too_late_to_cancel");
        return Results.Ok(OperationResource.From(await FindAsync(called, operation, history, cancellationToken), called.Slug));
    }

    private static async Task<IResult> DismissAsync(CalledTenant called, string operation, OperationHistory history, CancellationToken cancellationToken)
    {
        var view = await FindAsync(called, operation, history, cancellationToken);
        await history.DismissAsync(called.Id, view.Id, cancellationToken);
        return Results.Ok(OperationResource.From(await FindAsync(called, operation, history, cancellationToken), called.Slug));
    }

    private static async Task<OperationView> FindAsync(CalledTenant called, string operation, OperationHistory history, CancellationToken cancellationToken) =>
        Guid.TryParse(operation, out var id) && await history.FindAsync(called.Id, new OperationId(id), cancellationToken) is { } view
            ? view
            : throw ApiRefusal.NotFound("operation_unknown");

    private static OperationPlace? PlaceOf(string? place) => place?.Split('.') switch
    {
        null => null,
        [var ticks, var id] when long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out var at) && at <= DateTimeOffset.MaxValue.UtcTicks && Guid.TryParse(id, out var operation) =>
            new OperationPlace(new DateTimeOffset(at, TimeSpan.Zero), new OperationId(operation)),
        _ => throw ApiCursor.Wrong(),
    };
}
