using BackupPortal.Core.Tenancy;

namespace BackupPortal.Core.Catalog;

/// <summary>The tenants that the catalog knows. Safe for concurrent use.</summary>
public sealed class TenantStore
{
    /// <summary>All tenants by name.</summary>
    public Task<IReadOnlyList<Tenant>> ListAsync(CancellationToken cancellationToken) => throw new NotImplementedException();

    public Task<Tenant?> FindAsync(TenantSlug slug, CancellationToken cancellationToken) => throw new NotImplementedException();

    public Task<Tenant?> FindAsync(TenantId id, CancellationToken cancellationToken) => throw new NotImplementedException();
}

/// <summary>What a person gives to add a tenant.</summary>
/// <param name="DatabasePath">Null for the default place.</param>
/// <param name="FilesPath">Null for the default place.</param>
public sealed record NewTenant(string Slug, string Name, string? TimeZone, string? DatabasePath, string? FilesPath);
