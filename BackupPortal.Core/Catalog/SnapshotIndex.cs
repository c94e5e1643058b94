using System.Globalization;
using BackupPortal.Core.Repository;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Core.Catalog;

/// <summary>
/// The catalog's view of every tenant's snapshots, for lists. The repository is the truth: rows are added and dropped to follow it. Safe for
/// concurrent use.
/// </summary>
public sealed class SnapshotIndex(CatalogSql sql, TenantRepositories repositories)
{
    /// <summary>Newest first, after following the repository (one folder listing; records are read only for snapshots that are new).</summary>
    public async Task<IReadOnlyList<SnapshotSummary>> ListAsync(Tenant tenant, CancellationToken cancellationToken)
    {
        var repository = repositories.Of(tenant);
        // Rows first: a snapshot that is committed in between is then missing from the rows and read anew, never dropped.
        var known = await RowsAsync(tenant.Id, cancellationToken);
        var present = await repository.ListAsync(cancellationToken);
        var gone = known.Select(row => row.Id).Except(present.Select(id => id.Value)).ToList();
        if (gone.Count > 0)
            await DropAsync(tenant.Id, gone, cancellationToken);
        var fresh = present.Where(id => !known.Exists(row => row.Id == id.Value)).ToList();
        List<SnapshotSummary> unreadable = [];
        foreach (var id in fresh)
        {
            if (await FollowAsync(repository, id, tenant.Id, cancellationToken) is { } damaged)
                unreadable.Add(damaged);
        }
        var rows = gone.Count + fresh.Count == 0 ? known : await RowsAsync(tenant.Id, cancellationToken);
        return [.. rows.Select(ToSummary).Concat(unreadable).OrderByDescending(one => one.CreatedUtc).ThenByDescending(one => one.Id.Value)];
    }

    /// <summary>The newest snapshot of each tenant that has one, from the catalog alone.</summary>
    public async Task<IReadOnlyDictionary<TenantId, SnapshotSummary>> NewestAsync(CancellationToken cancellationToken)
    {
        var statement = new SqlStatement(
            $"""
            SELECT {CatalogReading.SnapshotColumns} FROM snapshots AS row
            WHERE Id = (SELECT Id FROM snapshots AS other WHERE other.TenantId = row.TenantId ORDER BY CreatedUtc DESC, Id DESC LIMIT 1)
            """);
        var rows = await sql.QueryAsync(statement, CatalogReading.ReadSnapshot, cancellationToken);
        return rows.ToDictionary(row => new TenantId(row.TenantId), ToSummary);
    }

    /// <summary>What all tenants' snapshots have added to their repositories, in bytes, from the catalog alone: no folder is walked.</summary>
    public async Task<long> StoredBytesAsync(CancellationToken cancellationToken) =>
        await sql.ScalarAsync(new SqlStatement("SELECT sum(AddedBytes) FROM snapshots"), cancellationToken) as long? ?? 0;

    /// <summary>Tells of a snapshot that was just committed; no error when it is known.</summary>
    public Task AddAsync(SnapshotRecord record, CancellationToken cancellationToken) => AddAsync(record, record.Tenant, cancellationToken);

    /// <summary>
    /// Keeps what a check of a snapshot gave. That everything is there proves nothing yet, and no check takes back what a higher level found.
    /// </summary>
    public async Task MarkVerifiedAsync(TenantId tenant, SnapshotId id, SnapshotCheck check, bool isWhole, CancellationToken cancellationToken)
    {
        var level = check.Level;
        while (await FindRowAsync(tenant, id, cancellationToken) is { } row)
        {
            var before = (row.DamagedLevel, row.CheckedUtc);
            var found = LevelOf(row.DamagedLevel);
            if (!isWhole)
                (row.IsDamaged, row.DamagedLevel) = (true, (found > level ? found : level).ToString());
            else if (found is null || found <= level)
                (row.IsDamaged, row.DamagedLevel) = (false, null);
            if (isWhole && level > VerifyLevel.Presence)
                (row.ProvenUtc, row.ProvenLevel) = (check.AtUtc, level.ToString());
            (row.CheckedUtc, row.CheckedLevel) = (check.AtUtc, level.ToString());
            row.CheckedMilliseconds = check.Took is { } took ? (long)took.TotalMilliseconds : null;
            if (await TryKeepChecksAsync(row, before, cancellationToken))
                return;
        }
    }

    // One record that cannot be read must not hide all the others: it is shown as damaged, with what its identifier tells.
    private async Task<SnapshotSummary?> FollowAsync(
        SnapshotRepository repository, SnapshotId id, TenantId tenant, CancellationToken cancellationToken)
    {
        try
        {
            await AddAsync(await repository.ReadRecordAsync(id, cancellationToken), tenant, cancellationToken);
            return null;
        }
        catch (RepositoryException)
        {
            var created = DateTimeOffset.ParseExact(
                id.Value[..16], "yyyyMMdd't'HHmmss'z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
            return new SnapshotSummary(id, created, SnapshotOrigin.Manual, null, 0, 0, TimeSpan.Zero, null, null, true, "", null);
        }
    }

    // A repository says which tenant it was made for; the list belongs to the tenant whose repository it is now.
    internal async Task AddAsync(SnapshotRecord record, TenantId tenant, CancellationToken cancellationToken) => await sql.ExecuteAsync(
        new SqlStatement(
            """
            INSERT INTO snapshots (TenantId, Id, CreatedUtc, Origin, Note, SizeBytes, AddedBytes, DurationMilliseconds, IsDamaged, CreatedBy)
            VALUES (@tenant, @id, @created, @origin, @note, @size, @added, @duration, 0, @by)
            ON CONFLICT (TenantId, Id) DO NOTHING
            """,
            ("@tenant", tenant.Value), ("@id", record.Id.Value), ("@created", record.CreatedUtc), ("@origin", record.Origin.ToString()), ("@note", record.Note),
            ("@size", record.SizeBytes), ("@added", record.AddedBytes), ("@duration", (long)(record.CompletedUtc - record.CreatedUtc).TotalMilliseconds),
            ("@by", record.CreatedBy)),
        cancellationToken);

    /// <summary>False when another check has told meanwhile what it found.</summary>
    private async Task<bool> TryKeepChecksAsync(
        SnapshotRow row, (string? DamagedLevel, DateTimeOffset? CheckedUtc) before, CancellationToken cancellationToken) => await sql.ExecuteAsync(
        new SqlStatement(
            """
            UPDATE snapshots SET ProvenUtc = @provenAt, ProvenLevel = @proven, IsDamaged = @isDamaged, DamagedLevel = @damaged,
                CheckedUtc = @checkedAt, CheckedLevel = @checked, CheckedMilliseconds = @took
            WHERE TenantId = @tenant AND Id = @id AND DamagedLevel IS @damagedBefore AND CheckedUtc IS @checkedBefore
            """,
            ("@provenAt", row.ProvenUtc), ("@proven", row.ProvenLevel), ("@isDamaged", row.IsDamaged), ("@damaged", row.DamagedLevel),
            ("@checkedAt", row.CheckedUtc), ("@checked", row.CheckedLevel), ("@took", row.CheckedMilliseconds),
            ("@tenant", row.TenantId), ("@id", row.Id), ("@damagedBefore", before.DamagedLevel), ("@checkedBefore", before.CheckedUtc)),
        cancellationToken) == 1;

    private async Task<SnapshotRow?> FindRowAsync(TenantId tenant, SnapshotId id, CancellationToken cancellationToken)
    {
        var statement = new SqlStatement(
            $"SELECT {CatalogReading.SnapshotColumns} FROM snapshots WHERE TenantId = @tenant AND Id = @id", ("@tenant", tenant.Value), ("@id", id.Value));
        return (await sql.QueryAsync(statement, CatalogReading.ReadSnapshot, cancellationToken)).SingleOrDefault();
    }

    private Task<List<SnapshotRow>> RowsAsync(TenantId tenant, CancellationToken cancellationToken) => sql.QueryAsync(
        new SqlStatement(
            $"SELECT {CatalogReading.SnapshotColumns} FROM snapshots WHERE TenantId = @tenant ORDER BY CreatedUtc DESC, Id DESC", ("@tenant", tenant.Value)),
        CatalogReading.ReadSnapshot, cancellationToken);

    private async Task DropAsync(TenantId tenant, IEnumerable<string> gone, CancellationToken cancellationToken) => await sql.ExecuteAllAsync(
        gone.Select(id => new SqlStatement("DELETE FROM snapshots WHERE TenantId = @tenant AND Id = @id", ("@tenant", tenant.Value), ("@id", id))),
        cancellationToken);

    private static SnapshotSummary ToSummary(SnapshotRow row) => new(
        SnapshotId.Parse(row.Id), row.CreatedUtc, Enum.Parse<SnapshotOrigin>(row.Origin), row.Note, row.SizeBytes, row.AddedBytes,
        TimeSpan.FromMilliseconds(row.DurationMilliseconds), row.ProvenUtc, LevelOf(row.ProvenLevel), row.IsDamaged, row.CreatedBy, LastCheckOf(row));

    private static SnapshotCheck? LastCheckOf(SnapshotRow row) => row is { CheckedUtc: { } at, CheckedLevel: { } level }
        ? new SnapshotCheck(Enum.Parse<VerifyLevel>(level), at, row.CheckedMilliseconds is { } took ? TimeSpan.FromMilliseconds(took) : null)
        : null;

    private static VerifyLevel? LevelOf(string? name) => name is null ? null : Enum.Parse<VerifyLevel>(name);
}

/// <param name="ProvenUtc">When it was last read back whole; at the latest check it was damaged if <paramref name="IsDamaged"/>.</param>
/// <param name="ProvenLevel">How far that proof went, never <see cref="VerifyLevel.Presence"/>; null without one.</param>
/// <param name="LastCheck">Of any level, whatever it found; null before the first.</param>
public sealed record SnapshotSummary(
    SnapshotId Id, DateTimeOffset CreatedUtc, SnapshotOrigin Origin, string? Note, long SizeBytes, long AddedBytes,
    TimeSpan Duration, DateTimeOffset? ProvenUtc, VerifyLevel? ProvenLevel, bool IsDamaged, string CreatedBy, SnapshotCheck? LastCheck)
{
    /// <summary>Whether it protects from the next loss. A safety copy is the way back from a restore, and an imported one holds what some file held, whenever that was.</summary>
    public bool Protects => Origin is SnapshotOrigin.Manual or SnapshotOrigin.Automatic;
}
