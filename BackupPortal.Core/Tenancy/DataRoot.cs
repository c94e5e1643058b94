namespace BackupPortal.Core.Tenancy;

/// <summary>The folder that holds everything of one installation. Only computes paths; creates nothing.</summary>
public sealed class DataRoot
{
    /// <param name="path">Any path; it is made absolute.</param>
    public DataRoot(string path) => Path = System.IO.Path.GetFullPath(path);

    public string Path { get; }

    public string CatalogFile => System.IO.Path.Combine(Path, "portal.db");

    /// <summary>Data-protection keys.</summary>
    public string Keys => System.IO.Path.Combine(Path, "keys");

    public string Tenants => System.IO.Path.Combine(Path, "tenants");

    public TenantHome HomeOf(TenantSlug slug) => new(System.IO.Path.Combine(Tenants, slug.Value));
}
