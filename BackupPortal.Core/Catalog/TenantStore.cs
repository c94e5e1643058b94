using System.Linq.Expressions;
using BackupPortal.Core.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace BackupPortal.Core.Catalog;

/// <summary>The tenants that the catalog knows. Safe for concurrent use.</summary>
public sealed class TenantStore(DataRoot root, IDbContextFactory<CatalogContext> contexts)
{
    /// <summary>All tenants by name.</summary>
    public async Task<IReadOnlyList<Tenant>> ListAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = await context.Tenants.AsNoTracking().ToListAsync(cancellationToken);
        return [.. rows.Select(ToTenant).OrderBy(tenant => tenant.Name, StringComparer.CurrentCultureIgnoreCase)];
    }

    public Task<Tenant?> FindAsync(TenantSlug slug, CancellationToken cancellationToken) =>
        FindAsync(row => row.Slug == slug.Value, cancellationToken);

    public Task<Tenant?> FindAsync(TenantId id, CancellationToken cancellationToken) =>
        FindAsync(row => row.Id == id.Value, cancellationToken);

    internal Tenant ToTenant(TenantRow row)
    {
        var slug = TenantSlug.Parse(row.Slug);
        return new Tenant(
            new TenantId(row.Id), slug, row.Name, TimeZoneInfo.FindSystemTimeZoneById(row.TimeZone),
            Path.GetFullPath(row.DatabasePath, root.Path), Path.GetFullPath(row.FilesPath, root.Path), root.HomeOf(slug), row.CreatedUtc);
    }

    private async Task<Tenant?> FindAsync(Expression<Func<TenantRow, bool>> condition, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Tenants.AsNoTracking().SingleOrDefaultAsync(condition, cancellationToken) is { } row ? ToTenant(row) : null;
    }
}
