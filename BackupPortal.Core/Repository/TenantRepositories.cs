using BackupPortal.Core.Tenancy;

namespace BackupPortal.Core.Repository;

/// <summary>Opens each tenant's repository: the folder <see cref="TenantHome.Repository"/>, with its cache in <see cref="TenantHome.Scratch"/>.</summary>
public sealed class TenantRepositories
{
    public SnapshotRepository Of(Tenant tenant) => throw new NotImplementedException();
}
