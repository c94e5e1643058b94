namespace BackupPortal.MaintenanceMode;

/// <summary>What every member may know about their tenant while they wait: coarse, no details of the work.</summary>
/// <param name="Maintenance">True while ordinary users are kept out.</param>
/// <param name="Step">What is happening, in the reader's language; null when the tenant is open.</param>
/// <param name="Percent">0 to 100; null when it cannot be told.</param>
internal sealed record TenantStatus(bool Maintenance, DateTimeOffset? SinceUtc, string? Step, int? Percent);
