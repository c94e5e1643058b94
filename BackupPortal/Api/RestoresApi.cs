using BackupPortal.Core.Catalog;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Restore;
using BackupPortal.Core.Retrieval;

namespace BackupPortal.Api;

/// <summary>Going back to a snapshot, the way back from that, and bringing back a part.</summary>
internal static class RestoresApi
{
    public static void MapRestores(this RouteGroupBuilder tenant)
    {
        var restores = tenant.MapGroup("/restores").WithTags("Restores");
        restores.MapGet("", ListAsync).For(TenantRole.Admin, TokenRights.Read).Gives<ApiPage<RestoreResource>>("Lists restores, undos and what was brought back, newest first.");
        restores.MapPost("", RestoreAsync).For(TenantRole.Admin, TokenRights.Restore)
            .Starts("Makes live data what a snapshot holds. Users are kept out for the moment of the swap, and what was live is kept for an undo.");
        restores.MapPost("/{operation}/undo", UndoAsync).For(TenantRole.Admin, TokenRights.Restore)
            .Starts("Goes back to right before a restore.").ProducesProblem(StatusCodes.Status404NotFound);
        tenant.MapPost("/retrievals", RetrieveAsync).WithTags("Restores").For(TenantRole.Admin, TokenRights.Restore)
            .Starts("Brings rows and files of a snapshot back, beside all that is live now.");
    }

    private static async Task<IResult> ListAsync(
        CalledTenant called, HttpContext context, RestoreHistory history, CancellationToken cancellationToken, [ApiLimit] int limit = 50, string? cursor = null) =>
        ApiCursor.PageOf(context, await history.ListAsync(called.Id, cancellationToken), cursor, limit, past => RestoreResource.From(past, called.Slug));

    private static async Task<IResult> RestoreAsync(
        CalledTenant called, RestoreToRun wanted, SnapshotIndex index, QueuedWork work, CancellationToken cancellationToken)
    {
        RequireMeant(called, wanted.Confirm, wanted.CountdownSeconds);
        var found = await index.RequireAsync(called, wanted.Snapshot, cancellationToken);
        return await work.QueueAsync(
            called, OperationKind.Restore, RestoreArguments.ToJson(found.Id, wanted.AllowNewerSchema, wanted.CountdownSeconds, wanted.LiveIsDamaged), cancellationToken);
    }

    private static async Task<IResult> UndoAsync(
        CalledTenant called, string operation, UndoToRun wanted, RestoreHistory history, QueuedWork work, CancellationToken cancellationToken)
    {
        RequireMeant(called, wanted.Confirm, wanted.CountdownSeconds);
        var past = (await history.ListAsync(called.Id, cancellationToken)).FirstOrDefault(one => one.Operation.Id.ToString() == operation)
            ?? throw ApiRefusal.NotFound("operation_unknown");
        if (!past.CanUndo)
            throw new ApiRefusal(StatusCodes.Status409Conflict, "no_undo");
        return await work.QueueAsync(
            called, OperationKind.Undo, UndoArguments.ToJson(past.Operation.Id, wanted.CountdownSeconds, wanted.LiveIsDamaged), cancellationToken);
    }

    private static async Task<IResult> RetrieveAsync(
        CalledTenant called, RetrievalToRun wanted, SnapshotIndex index, QueuedWork work, CancellationToken cancellationToken)
    {
        if (wanted.Tables is null or [] && wanted.Files is null or [])
            throw ApiRefusal.Invalid("tables", "nothing_chosen");
        var found = await index.RequireAsync(called, wanted.Snapshot, cancellationToken);
        var arguments = new RetrievalArguments(
            found.Id.Value, wanted.Tables ?? [], Search: wanted.Search, ReplaceChanged: wanted.ReplaceChanged, WithDependents: wanted.WithDependents)
        {
            Files = wanted.Files ?? [],
        };
        return await work.QueueAsync(called, OperationKind.Retrieve, arguments.ToJson(), cancellationToken);
    }

    /// <summary>The same deliberate word as on the pages: nobody restores a school by a slip.</summary>
    private static void RequireMeant(CalledTenant called, string? confirm, int countdownSeconds)
    {
        if (confirm != called.Slug)
            throw ApiRefusal.Invalid("confirm", "not_confirmed", called.Slug);
        if (countdownSeconds is < 0 or > RestoreArguments.LongestCountdownSeconds)
            throw ApiRefusal.Invalid("countdownSeconds", "wrong_countdown", RestoreArguments.LongestCountdownSeconds);
    }
}

/// <param name="Operation">Its address is that of an operation; undo it by its identifier.</param>
/// <param name="UndoUntilUtc">Null when it cannot be undone, or no longer.</param>
internal sealed record RestoreResource(OperationResource Operation, string? Snapshot, string? SafetySnapshot, double? DowntimeSeconds, DateTimeOffset? UndoUntilUtc)
{
    public static RestoreResource From(PastRestore past, string tenant) => new(
        OperationResource.From(past.Operation, tenant), past.From?.Value, past.SafetySnapshot?.Value, past.Downtime?.TotalSeconds, past.UndoUntilUtc);
}

/// <param name="Confirm">The tenant's short name, as a deliberate word.</param>
/// <param name="CountdownSeconds">Announced to users before they are locked out: 0 to 600, 0 for at once.</param>
/// <param name="AllowNewerSchema">Go on although the snapshot's schema is newer than that of live data.</param>
/// <param name="LiveIsDamaged">Go on although live data is too damaged for a safety copy: there is no undo then.</param>
internal sealed record RestoreToRun(string Snapshot, string? Confirm = null, int CountdownSeconds = 0, bool AllowNewerSchema = false, bool LiveIsDamaged = false);

/// <inheritdoc cref="RestoreToRun"/>
internal sealed record UndoToRun(string? Confirm = null, int CountdownSeconds = 0, bool LiveIsDamaged = false);

/// <param name="Tables">As they are called in the snapshot.</param>
/// <param name="Files">Files and folders, relative to the files folder; an empty name is all of them.</param>
/// <param name="Search">Only rows and files that have this text.</param>
/// <param name="ReplaceChanged">Rows that have changed since get their old values; otherwise only what is missing comes back.</param>
/// <param name="WithDependents">Also missing rows of other tables that refer to what comes back.</param>
internal sealed record RetrievalToRun(
    string Snapshot, IReadOnlyList<string>? Tables = null, IReadOnlyList<string>? Files = null, string? Search = null, bool ReplaceChanged = false, bool WithDependents = true);
