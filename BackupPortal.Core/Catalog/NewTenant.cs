namespace BackupPortal.Core.Catalog;

/// <summary>What a person gives to add a tenant.</summary>
/// <param name="TimeZone">An identifier such as <c>Europe/Berlin</c>, which is also what null means.</param>
/// <param name="DatabasePath">Null for the default place.</param>
/// <param name="FilesPath">Null for the default place.</param>
public sealed record NewTenant(string Slug, string Name, string? TimeZone, string? DatabasePath, string? FilesPath);
