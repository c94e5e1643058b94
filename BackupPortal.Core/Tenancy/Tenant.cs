namespace BackupPortal.Core.Tenancy;

/// <summary>One school: who it is, and where its live data and its repository are.</summary>
/// <param name="DatabasePath">Absolute path of the live SQLite database. Never opened with file APIs; see docs/architecture.md.</param>
/// <param name="FilesPath">Absolute path of the live files folder.</param>
/// <param name="Home">The tenant's folder under the data root.</param>
public sealed record Tenant(
    TenantId Id,
    TenantSlug Slug,
    string Name,
    TimeZoneInfo TimeZone,
    string DatabasePath,
    string FilesPath,
    TenantHome Home,
    DateTimeOffset CreatedUtc);
