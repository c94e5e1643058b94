using BackupPortal.Core.Tenancy;

namespace BackupPortal.Core.Catalog;

/// <summary>The tenants that the catalog knows. Safe for concurrent use.</summary>
public sealed class TenantStore(DataRoot root, CatalogSql sql)
{
    /// <summary>All tenants by name.</summary>
    public async Task<IReadOnlyList<Tenant>> ListAsync(CancellationToken cancellationToken)
    {
        var rows = await sql.QueryAsync(new SqlStatement($"SELECT {CatalogReading.TenantColumns} FROM tenants"), CatalogReading.ReadTenant, cancellationToken);
        return [.. rows.Select(ToTenant).OrderBy(tenant => tenant.Name, StringComparer.CurrentCultureIgnoreCase)];
    }

    public Task<Tenant?> FindAsync(TenantSlug slug, CancellationToken cancellationToken) =>
        FindAsync("Slug", slug.Value, cancellationToken);

    public Task<Tenant?> FindAsync(TenantId id, CancellationToken cancellationToken) =>
        FindAsync("Id", id.Value, cancellationToken);

    internal Tenant ToTenant(TenantRow row)
    {
        var slug = TenantSlug.Parse(row.Slug);
        return new Tenant(
            new TenantId(row.Id), slug, row.Name, TimeZoneInfo.FindSystemTimeZoneById(row.TimeZone),
            Path.GetFullPath(row.DatabasePath, root.Path), Path.GetFullPath(row.FilesPath, root.Path), root.HomeOf(slug), row.CreatedUtc);
    }

    private async Task<Tenant?> FindAsync(string column, object value, CancellationToken cancellationToken)
    {
        var statement = new SqlStatement($"SELECT {CatalogReading.TenantColumns} FROM tenants WHERE {column} = @value", ("@value", value));
        return (await sql.QueryAsync(statement, CatalogReading.ReadTenant, cancellationToken)).SingleOrDefault() is { } row ? ToTenant(row) : null;
    }
}
