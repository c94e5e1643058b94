using BackupPortal.Core.Catalog;
using BackupPortal.Core.Maintenance;

namespace BackupPortal.Core.Restore;

/// <summary>
/// Finishes or reverses restores that a process left open when it ended, by what is on disk, and only then lets users in again.
/// </summary>
public sealed class RestoreRecovery(TenantStore tenants, MaintenanceGuard maintenance)
{
    /// <summary>
    /// Call it when the portal starts and at the start of every command, before anything else looks at live data. Cheap when nothing is open; does nothing
    /// to a tenant whose lease another process holds. May be interrupted and repeated at any point.
    /// </summary>
    public Task RunAsync(CancellationToken cancellationToken) => throw new NotImplementedException($"{tenants}{maintenance}");
}
