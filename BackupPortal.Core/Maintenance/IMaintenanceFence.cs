using BackupPortal.Core.Tenancy;

namespace BackupPortal.Core.Maintenance;

/// <summary>Something in this process that still serves a tenant's ordinary users when maintenance mode begins.</summary>
public interface IMaintenanceFence
{
    /// <summary>
    /// Ends when nothing of it is under way any more. What is after <paramref name="atMost"/> is broken off, and given a moment to end.
    /// </summary>
    /// <returns>True when nothing is under way any more.</returns>
    Task<bool> WaitUntilClearAsync(TenantId tenant, TimeSpan atMost, CancellationToken cancellationToken);
}
