using BackupPortal.Core.Repository;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Core.Restore;

/// <summary>Writes a snapshot to a folder of its own, <c>app.db</c> and <c>files/</c>, without touching live data.</summary>
public sealed class RestoreToFolder(TenantRepositories repositories)
{
    /// <param name="folder">New or empty.</param>
    /// <param name="progress">Bytes written so far, and in all.</param>
    /// <returns>The record of what was written.</returns>
    /// <exception cref="Messages.PortalException">The folder is not empty or too small, or the snapshot is missing or damaged. What was written is deleted again.</exception>
    public Task<SnapshotRecord> RunAsync(
        Tenant tenant, SnapshotId snapshot, string folder, Action<long, long>? progress, CancellationToken cancellationToken) =>
        throw new NotImplementedException($"{repositories}");
}
