using BackupPortal.Core.Catalog;
using BackupPortal.Core.Repository;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Core.Restore;

/// <summary>Where the snapshot of a restore comes from: the tenant's own repository, or that of another tenant that an operator has named.</summary>
public sealed class RestoreSource(TenantRepositories repositories, TenantStore tenants)
{
    /// <param name="reference">As <see cref="SnapshotRepository.ResolveAsync"/> takes it.</param>
    /// <param name="from">Short name of the other tenant; null for the tenant's own snapshots.</param>
    public async Task<SnapshotId> ResolveAsync(Tenant tenant, string reference, string? from, CancellationToken cancellationToken) =>
        await (await RepositoryAsync(tenant, from, cancellationToken)).ResolveAsync(reference, cancellationToken);

    /// <exception cref="Messages.PortalException">There is no such snapshot, it is damaged, or it is another tenant's than was said.</exception>
    public async Task<SnapshotReader> OpenAsync(Tenant tenant, SnapshotId snapshot, string? from, CancellationToken cancellationToken)
    {
        var repository = await RepositoryAsync(tenant, from, cancellationToken);
        var record = await repository.ReadRecordAsync(snapshot, cancellationToken);
        if (from is not null && record.TenantSlug != from)
            throw RestoreText.Refusal("NotFrom", "NotFromHint", null, snapshot.Value, from, record.TenantSlug);
        if (from is null)
            RequireOwn(record, tenant);
        return await repository.OpenAsync(record, cancellationToken);
    }

    /// <exception cref="Messages.PortalException">It is another tenant's.</exception>
    public static void RequireOwn(SnapshotRecord record, Tenant tenant)
    {
        if (!IsOf(record, tenant))
            throw RestoreText.Refusal("OtherTenant", "OtherTenantHint", null, record.Id.Value, record.TenantName, record.TenantSlug, tenant.Name);
    }

    // A catalog that was made anew gives a school a new identifier; its folder and its short name stay.
    private static bool IsOf(SnapshotRecord record, Tenant tenant) => record.Tenant == tenant.Id || record.TenantSlug == tenant.Slug.Value;

    /// <summary>That of the other tenant; the tenant's own when the portal knows no such tenant: somebody may have put its snapshots there by hand.</summary>
    private async Task<SnapshotRepository> RepositoryAsync(Tenant tenant, string? from, CancellationToken cancellationToken)
    {
        if (from is null)
            return repositories.Of(tenant);
        if (!TenantSlug.TryParse(from, out var slug))
            throw RestoreText.Refusal("NoSuchTenant", "NoSuchTenantHint", null, from);
        return repositories.Of(await tenants.FindAsync(slug, cancellationToken) ?? tenant);
    }
}
