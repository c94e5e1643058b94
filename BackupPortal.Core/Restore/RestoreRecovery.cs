using BackupPortal.Core.Catalog;
using BackupPortal.Core.Maintenance;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Core.Restore;

/// <summary>
/// Finishes or reverses restores that a process left open when it ended, by what is on disk, and only then lets users in again.
/// </summary>
public sealed partial class RestoreRecovery : ICrashRecovery
{
    private readonly TenantStore _tenants;
    private readonly TenantLeases _leases;
    private readonly MaintenanceGuard _maintenance;
    private readonly TenantRestoreRecovery _recovery;
    private readonly RestoreAsTenant _arrivals;
    private readonly ILogger<RestoreRecovery> _logger;

    internal RestoreRecovery(
        TenantStore tenants, TenantLeases leases, MaintenanceGuard maintenance, TenantRestoreRecovery recovery, RestoreAsTenant arrivals,
        ILogger<RestoreRecovery> logger)
    {
        _arrivals = arrivals;
        _logger = logger;
        _tenants = tenants;
        _leases = leases;
        _maintenance = maintenance;
        _recovery = recovery;
    }

    /// <summary>
    /// Call it when the portal starts and at the start of every command, before anything else looks at live data. Cheap when nothing is open; does nothing
    /// to a tenant whose lease another process holds. May be interrupted and repeated at any point.
    /// </summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await TryClearArrivalsAsync(cancellationToken);
        foreach (var tenant in await _tenants.ListAsync(cancellationToken))
        {
            if (!TenantRestoreRecovery.IsNeeded(tenant.Home) && !_maintenance.HasAnnouncement(tenant.Slug)
                && _maintenance.Find(tenant.Slug) is not { Operation: not null })
                continue;
            using var lease = _leases.TryAcquire(tenant, operation: null);
            if (lease is not null)
                await TryRecoverAsync(tenant, lease, cancellationToken);
        }
    }

    // A new school must not find in its place what a killed process left of another one.
    private async Task TryClearArrivalsAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _arrivals.ClearAsync(cancellationToken);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Log.NotCleared(_logger, failure);
        }
    }

    // What one school's disk refuses must not keep the others out.
    private async Task TryRecoverAsync(Tenant tenant, TenantLease lease, CancellationToken cancellationToken)
    {
        try
        {
            await RecoverAsync(tenant, lease, cancellationToken);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            Log.NotRecovered(_logger, failure, tenant.Slug);
        }
    }

    public async Task RecoverAsync(Tenant tenant, TenantLease lease, CancellationToken cancellationToken)
    {
        await _recovery.RunAsync(tenant, cancellationToken);
        // With the lease held and no journal open, no restore stands behind an announcement, or a notice that names one.
        _maintenance.Withdraw(tenant.Slug);
        if (_maintenance.Find(tenant.Slug) is { Operation: not null })
            await _maintenance.LeaveAsync(tenant.Slug, cancellationToken);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "What was left of a school that never came to be could not be deleted yet; it is tried again at the next start")]
        public static partial void NotCleared(ILogger logger, Exception failure);

        [LoggerMessage(LogLevel.Error, "An open restore of {Tenant} could not be finished or reversed yet; it is tried again at the next start")]
        public static partial void NotRecovered(ILogger logger, Exception failure, TenantSlug tenant);
    }
}
