using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Core.Catalog;

/// <summary>
/// The catalog's view of every tenant's snapshots, for lists. The repository is the truth: rows are added and dropped to follow it.
/// </summary>
public sealed class SnapshotIndex
{
    /// <summary>Newest first, after following the repository (one folder listing; records are read only for snapshots that are new).</summary>
    public Task<IReadOnlyList<SnapshotSummary>> ListAsync(Tenant tenant, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>The newest snapshot of each tenant that has one, from the catalog alone.</summary>
    public Task<IReadOnlyDictionary<TenantId, SnapshotSummary>> NewestAsync(CancellationToken cancellationToken) => throw new NotImplementedException();

    public Task AddAsync(SnapshotRecord record, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Keeps when a snapshot was last proven, and whether it held.</summary>
    public Task MarkVerifiedAsync(TenantId tenant, SnapshotId id, DateTimeOffset atUtc, bool isWhole, CancellationToken cancellationToken) =>
        throw new NotImplementedException();
}

/// <param name="ProvenUtc">When it was last read back whole; at the latest proof it was damaged if <paramref name="IsDamaged"/>.</param>
public sealed record SnapshotSummary(
    SnapshotId Id, DateTimeOffset CreatedUtc, SnapshotOrigin Origin, string? Note, long SizeBytes, long AddedBytes,
    TimeSpan Duration, DateTimeOffset? ProvenUtc, bool IsDamaged, string CreatedBy);
