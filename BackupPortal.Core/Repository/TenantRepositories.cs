using BackupPortal.Core.Encryption;
using BackupPortal.Core.Storage;
using BackupPortal.Core.Tenancy;
using Microsoft.Extensions.Options;

namespace BackupPortal.Core.Repository;

/// <summary>Opens each tenant's repository: the folder <see cref="TenantHome.Repository"/>, with its cache in <see cref="TenantHome.Scratch"/>. Safe for concurrent use.</summary>
public sealed class TenantRepositories(IOptions<LeaseOptions> leases, TimeProvider time, RepositoryCiphers ciphers)
{
    /// <summary>Opens nothing and creates nothing; cheap to call.</summary>
    public SnapshotRepository Of(Tenant tenant)
    {
        var store = new LocalDirectoryStore(tenant.Home.Repository, time);
        return new SnapshotRepository(store, new DirectoryLeases(store, leases.Value, time), Path.Combine(tenant.Home.Scratch, "cache"))
        {
            Cipher = ciphers.Of(store, isOutside: false),
        };
    }
}
