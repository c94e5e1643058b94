using BackupPortal.Access;
using BackupPortal.Core.Backup;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Pruning;
using BackupPortal.Core.Repository;
using BackupPortal.Core.Restore;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Verification;

namespace BackupPortal.Api;

/// <summary>What pages call backups: making, looking at, proving and deleting them.</summary>
internal static class SnapshotsApi
{
    private const int LongestNote = 500;

    public static void MapSnapshots(this RouteGroupBuilder tenant)
    {
        var snapshots = tenant.MapGroup("/snapshots").WithTags("Snapshots");
        snapshots.MapGet("", ListAsync).For(TenantRole.Admin, TokenRights.Read).Gives<ApiPage<SnapshotResource>>("Lists snapshots, newest first.");
        snapshots.MapPost("", BackUpAsync).For(TenantRole.Admin, TokenRights.Backup).Starts("Makes a snapshot of what is live now.");
        snapshots.MapGet("/{snapshot}", GetAsync).For(TenantRole.Admin, TokenRights.Read).Finds<SnapshotDetail>("Tells what a snapshot holds.");
        snapshots.MapGet("/{snapshot}/tables", TablesAsync).For(TenantRole.Admin, TokenRights.Read).Finds<ApiPage<SnapshotTable>>("Lists a snapshot's tables, by name.");
        snapshots.MapGet("/{snapshot}/files", FilesAsync).For(TenantRole.Admin, TokenRights.Read).Finds<ApiPage<SnapshotFile>>("Lists a snapshot's files, folders and links, by path.");
        snapshots.MapDelete("/{snapshot}", DeleteAsync).For(TenantRole.Admin, TokenRights.Manage)
            .Starts("Gives a snapshot up. The operation refuses the last good one, and one that an undo or an open restore needs.").ProducesProblem(StatusCodes.Status404NotFound);
        snapshots.MapPost("/{snapshot}/tenants", MakeTenantAsync).For(TenantRole.Admin, TokenRights.Host)
            .Starts("Makes a new tenant of a snapshot. For operators.").ProducesProblem(StatusCodes.Status404NotFound);
        tenant.MapPost("/verifications", VerifyAsync).WithTags("Snapshots").For(TenantRole.Admin, TokenRights.Verify).Starts("Checks one snapshot, or all.");
    }

    /// <exception cref="ApiRefusal">There is none of this name.</exception>
    public static async Task<SnapshotSummary> FindAsync(this SnapshotIndex index, CalledTenant called, string snapshot, CancellationToken cancellationToken) =>
        (await index.ListAsync(called.Tenant, cancellationToken)).FirstOrDefault(one => one.Id.Value == snapshot) ?? throw ApiRefusal.NotFound("snapshot_unknown");

    /// <summary>The same for a name in a request's body.</summary>
    public static async Task<SnapshotSummary> RequireAsync(this SnapshotIndex index, CalledTenant called, string snapshot, CancellationToken cancellationToken) =>
        (await index.ListAsync(called.Tenant, cancellationToken)).FirstOrDefault(one => one.Id.Value == snapshot)
        ?? throw new ApiRefusal(StatusCodes.Status422UnprocessableEntity, "snapshot_unknown") { Field = "snapshot" };

    private static async Task<IResult> ListAsync(
        CalledTenant called, HttpContext context, SnapshotIndex index, CancellationToken cancellationToken, [ApiLimit] int limit = 50, string? cursor = null)
    {
        var all = await index.ListAsync(called.Tenant, cancellationToken);
        // By name rather than by number: what is made or pruned between two pages moves nothing. A name begins with its time.
        var last = ApiCursor.Read(cursor);
        var rest = last is null ? all : [.. all.Where(one => string.CompareOrdinal(one.Id.Value, last) < 0)];
        return ApiCursor.Page(
            context, [.. rest.Take(limit).Select(SnapshotResource.From)], rest.Count > limit ? rest[limit - 1].Id.Value : null);
    }

    private static async Task<IResult> GetAsync(
        CalledTenant called, string snapshot, SnapshotIndex index, TenantRepositories repositories, CancellationToken cancellationToken)
    {
        var found = await index.FindAsync(called, snapshot, cancellationToken);
        return new TaggedAnswer(SnapshotDetail.From(found, await repositories.Of(called.Tenant).ReadRecordAsync(found.Id, cancellationToken)));
    }

    private static async Task<IResult> TablesAsync(
        CalledTenant called, string snapshot, HttpContext context, SnapshotIndex index, TenantRepositories repositories, CancellationToken cancellationToken,
        [ApiLimit] int limit = 50, string? cursor = null)
    {
        var found = await index.FindAsync(called, snapshot, cancellationToken);
        var record = await repositories.Of(called.Tenant).ReadRecordAsync(found.Id, cancellationToken);
        var tables = record.Database.Tables.OrderBy(static table => table.Key, StringComparer.Ordinal).ToList();
        return ApiCursor.PageOf(context, tables, cursor, limit, static table => new SnapshotTable(table.Key, table.Value));
    }

    private static async Task<IResult> FilesAsync(
        CalledTenant called, string snapshot, HttpContext context, SnapshotIndex index, TenantRepositories repositories, CancellationToken cancellationToken,
        [ApiLimit] int limit = 50, string? cursor = null)
    {
        var found = await index.FindAsync(called, snapshot, cancellationToken);
        var repository = repositories.Of(called.Tenant);
        var reader = await repository.OpenAsync(await repository.ReadRecordAsync(found.Id, cancellationToken), cancellationToken);
        return ApiCursor.PageOf(context, reader.Files, cursor, limit, SnapshotFile.From);
    }

    private static Task<IResult> BackUpAsync(CalledTenant called, QueuedWork work, CancellationToken cancellationToken, BackupToMake? wanted = null)
    {
        var note = wanted?.Note?.Trim();
        if (note?.Length > LongestNote)
            throw ApiRefusal.Invalid("note", "note_too_long", LongestNote);
        return work.QueueAsync(
            called, OperationKind.Backup, new BackupArguments(SnapshotOrigin.Manual, string.IsNullOrEmpty(note) ? null : note).ToJson(), cancellationToken);
    }

    private static async Task<IResult> DeleteAsync(CalledTenant called, string snapshot, SnapshotIndex index, QueuedWork work, CancellationToken cancellationToken)
    {
        var found = await index.FindAsync(called, snapshot, cancellationToken);
        return await work.QueueAsync(called, OperationKind.Prune, new PruneArguments(null, [found.Id.Value]).ToJson(), cancellationToken);
    }

    private static async Task<IResult> VerifyAsync(
        CalledTenant called, VerificationToRun wanted, SnapshotIndex index, QueuedWork work, CancellationToken cancellationToken)
    {
        if (!Enum.TryParse<VerifyLevel>(wanted.Level, ignoreCase: true, out var level) || !Enum.IsDefined(level))
            throw ApiRefusal.Invalid("level", "wrong_level");
        if (wanted.Snapshot is { } one)
            await index.RequireAsync(called, one, cancellationToken);
        return await work.QueueAsync(called, OperationKind.Verify, new VerifyArguments(wanted.Snapshot, level).ToJson(), cancellationToken);
    }

    private static async Task<IResult> MakeTenantAsync(
        CalledTenant called, string snapshot, TenantToMake wanted, SnapshotIndex index, RestoreAsTenant tenants, QueuedWork work,
        CancellationToken cancellationToken)
    {
        // Whoever adds schools otherwise, adds this one.
        if (!called.Grant.IsOperator)
            throw new AccessDeniedException(AccessVerdict.Forbidden);
        var found = await index.FindAsync(called, snapshot, cancellationToken);
        await tenants.CheckAsync(new NewTenant(wanted.Slug, wanted.Name, called.Tenant.TimeZone.Id, DatabasePath: null, FilesPath: null), cancellationToken);
        return await work.QueueAsync(
            called, OperationKind.RestoreAsTenant, new RestoreAsTenantArguments(found.Id.Value, wanted.Slug, wanted.Name, called.Account).ToJson(), cancellationToken);
    }
}

/// <param name="Note">What people are to know it by; at most 500 characters.</param>
internal sealed record BackupToMake(string? Note = null);

/// <param name="Snapshot">Without one: all.</param>
/// <param name="Level">Presence, Decode or Drill; the further right, the more it finds and costs.</param>
internal sealed record VerificationToRun(string? Snapshot = null, string Level = nameof(VerifyLevel.Decode));

internal sealed record TenantToMake(string Slug, string Name);
