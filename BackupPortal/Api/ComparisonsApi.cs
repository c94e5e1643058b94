using System.Globalization;
using BackupPortal.Core.Browsing;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Comparison;
using BackupPortal.Core.Messages;

namespace BackupPortal.Api;

/// <summary>What differs between a snapshot and live data, or another snapshot, told as what restoring the snapshot would do.</summary>
internal static class ComparisonsApi
{
    public static void MapComparisons(this RouteGroupBuilder tenant)
    {
        var comparisons = tenant.MapGroup("/comparisons").WithTags("Comparisons");
        comparisons.MapPost("", BeginAsync).For(TenantRole.Admin, TokenRights.Read)
            .Makes<ComparisonResource>("Begins to compare a snapshot with live data, or with another snapshot. Ask its address until it is no longer Running.", StatusCodes.Status202Accepted);
        comparisons.MapGet("/{comparison}", Get).For(TenantRole.Admin, TokenRights.Read).Finds<ComparisonResource>("Tells how far a comparison is, and what it found.");
        comparisons.MapGet("/{comparison}/tables/{name}/rows", RowsAsync).For(TenantRole.Admin, TokenRights.Read)
            .Finds<ApiPage<ComparedRowResource>>("Reads rows that differ, of one table and kind: ComeBack, Revert or Disappear.").ProducesProblem(StatusCodes.Status409Conflict);
        comparisons.MapGet("/{comparison}/files", FilesAsync).For(TenantRole.Admin, TokenRights.Read)
            .Finds<ApiPage<string>>("Lists paths of files that differ, of one kind.").ProducesProblem(StatusCodes.Status409Conflict);
        comparisons.MapDelete("/{comparison}", DeleteAsync).For(TenantRole.Admin, TokenRights.Read).Finds("Ends a comparison, and forgets what it found.")
            .Produces(StatusCodes.Status204NoContent);
    }

    private static async Task<IResult> BeginAsync(
        CalledTenant called, ComparisonToMake wanted, SnapshotIndex index, HeldComparisons held, CancellationToken cancellationToken)
    {
        var snapshot = await index.RequireAsync(called, wanted.Snapshot, cancellationToken);
        var other = wanted.Other is null ? null : await index.RequireAsync(called, wanted.Other, cancellationToken);
        var begun = held.Begin(called.Tenant, snapshot.Id, other?.Id);
        return Results.Accepted($"{called.Address}/comparisons/{begun.Id:N}", ComparisonResource.From(begun));
    }

    private static TaggedAnswer Get(CalledTenant called, string comparison, HeldComparisons held) => new(ComparisonResource.From(Find(called, comparison, held)));

    private static async Task<IResult> RowsAsync(
        CalledTenant called, string comparison, string name, string kind, HttpContext context, HeldComparisons held, CancellationToken cancellationToken,
        [ApiLimit] int limit = 50, string? cursor = null)
    {
        var (wanted, first) = (KindOf(kind), ApiCursor.ReadNumber(cursor));
        var rows = await ReadAsync(Find(called, comparison, held), found => found.Tables.FirstOrDefault(table => table.Name == name) is { } table
            ? found.ReadRows(table, wanted, first, limit + 1)
            : throw ApiRefusal.NotFound("table_unknown"), cancellationToken);
        return Page(context, [.. rows.Rows.Select(row => ComparedRowResource.From(rows.Columns, row))], first, limit);
    }

    private static async Task<IResult> FilesAsync(
        CalledTenant called, string comparison, string kind, HttpContext context, HeldComparisons held, CancellationToken cancellationToken,
        [ApiLimit] int limit = 50, string? cursor = null)
    {
        var (wanted, first) = (KindOf(kind), ApiCursor.ReadNumber(cursor));
        return Page(context, await ReadAsync(Find(called, comparison, held), found => found.ReadFiles(wanted, first, limit + 1), cancellationToken), first, limit);
    }

    private static async Task<IResult> DeleteAsync(CalledTenant called, string comparison, HeldComparisons held)
    {
        await held.RemoveAsync(Find(called, comparison, held));
        return Results.NoContent();
    }

    private static HeldComparison Find(CalledTenant called, string comparison, HeldComparisons held) =>
        Guid.TryParse(comparison, out var id) && held.Find(called.Id, id) is { } found ? found : throw ApiRefusal.NotFound("comparison_unknown");

    private static async Task<T> ReadAsync<T>(HeldComparison held, Func<StateComparison, T> read, CancellationToken cancellationToken)
        where T : class
    {
        if (!held.Open.Ended.IsCompletedSuccessfully)
            throw new ApiRefusal(StatusCodes.Status409Conflict, "comparison_not_ready");
        return await held.Open.ReadAsync(read, cancellationToken) ?? throw ApiRefusal.NotFound("comparison_unknown");
    }

    private static IResult Page<T>(HttpContext context, IReadOnlyList<T> read, int first, int limit) => ApiCursor.Page(
        context, [.. read.Take(limit)], read.Count > limit ? (first + limit).ToString(CultureInfo.InvariantCulture) : null);

    private static DifferenceKind KindOf(string text) =>
        Enum.TryParse<DifferenceKind>(text, ignoreCase: true, out var kind) && Enum.IsDefined(kind) ? kind : throw ApiRefusal.Invalid("kind", "wrong_kind");
}

/// <param name="Other">Another snapshot; without one: live data.</param>
internal sealed record ComparisonToMake(string Snapshot, string? Other = null);

/// <param name="State">Running, Ready or Failed.</param>
/// <param name="Step">What it works on: Waiting, Reading, Tables or Files; null when it is no longer running.</param>
/// <param name="Tables">Those that differ; null until it is ready.</param>
/// <param name="Files">How many files differ, by kind; null until it is ready.</param>
/// <param name="Message">Why it failed; null when it did not.</param>
internal sealed record ComparisonResource(
    string Id, string Snapshot, string? Other, DateTimeOffset BegunUtc, string State, string? Step, long? Done, long? Total,
    IReadOnlyList<ComparedTableResource>? Tables, IReadOnlyDictionary<string, long>? Files, string? Message)
{
    public static ComparisonResource From(HeldComparison held)
    {
        var (open, ended) = (held.Open, held.Open.Ended.IsCompleted);
        return new(
            held.Id.ToString("N"), held.Snapshot.Value, held.Other?.Value, held.BegunUtc,
            open.View is not null ? "Ready" : ended ? "Failed" : "Running",
            ended ? null : open.Progress.Step.ToString(), ended ? null : open.Progress.Done, ended ? null : open.Progress.Total,
            open.View?.Tables.Select(static table => new ComparedTableResource(
                table.RealName, table.Rows.ToDictionary(static rows => rows.Kind.ToString(), static rows => rows.Count))).ToList(),
            open.View?.Files.ToDictionary(static files => files.Kind.ToString(), static files => files.Count),
            open.Ended.Exception?.InnerException switch
            {
                null => null,
                PortalException known => known.What.Format(CultureInfo.CurrentUICulture),
                _ => ApiText.Get("fault"),
            });
    }
}

/// <param name="Rows">How many rows differ, by kind: ComeBack, Revert, Disappear.</param>
internal sealed record ComparedTableResource(string Name, IReadOnlyDictionary<string, long> Rows);

/// <param name="Snapshot">Its values in the snapshot, by column; null when it is not there.</param>
/// <param name="Other">The same in the other state.</param>
/// <param name="Changed">Columns that both have with different values.</param>
internal sealed record ComparedRowResource(
    IReadOnlyDictionary<string, TableCell?>? Snapshot, IReadOnlyDictionary<string, TableCell?>? Other, IReadOnlyList<string> Changed)
{
    public static ComparedRowResource From(IReadOnlyList<ChangedColumn> columns, ChangedRow row) => new(
        ValuesOf(columns, row.Snapshot), ValuesOf(columns, row.Other), [.. columns.Where((_, at) => row.IsChanged(at)).Select(static column => column.Name)]);

    private static Dictionary<string, TableCell?>? ValuesOf(IReadOnlyList<ChangedColumn> columns, IReadOnlyList<TableCell?>? values)
    {
        var named = new Dictionary<string, TableCell?>();
        for (var at = 0; at < values?.Count; at++)
            named[columns[at].Name] = values[at];
        return values is null ? null : named;
    }
}
