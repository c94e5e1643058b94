using BackupPortal.Core.Tenancy;

namespace BackupPortal.Core.Catalog;

/// <summary>When each tenant's nightly backup runs.</summary>
public sealed class ScheduleStore
{
    public Task<NightlySchedule> GetAsync(TenantId tenant, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Saves, and computes the next run from now on.</summary>
    public Task SaveAsync(TenantId tenant, bool isOn, TimeOnly at, string by, CancellationToken cancellationToken) => throw new NotImplementedException();
}

/// <param name="At">Wall-clock time in the school's time zone.</param>
/// <param name="NextRunUtc">Null when off.</param>
public sealed record NightlySchedule(bool IsOn, TimeOnly At, DateTimeOffset? NextRunUtc);
