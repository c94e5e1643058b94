using BackupPortal.Core.Catalog;
using BackupPortal.Core.Repository;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Core.Backup;

/// <summary>
/// Makes snapshots step by step, for backups and for the safety snapshots of restores. The caller holds the tenant's lease.
/// </summary>
public sealed class SnapshotTaker(TenantRepositories repositories, SnapshotIndex index, TenantDetailsReader details, TimeProvider time)
{
    /// <summary>Begins a snapshot on top of the newest one, after clearing what an interrupted one left in the scratch folder.</summary>
    public Task<SnapshotDraft> BeginAsync(Tenant tenant, CancellationToken cancellationToken) =>
        SnapshotDraft.BeginAsync(tenant, repositories.Of(tenant), index.AddAsync, details.ReadAsync, time, cancellationToken);
}
