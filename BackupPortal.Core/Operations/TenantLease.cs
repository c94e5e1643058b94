using BackupPortal.Core.Catalog;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Core.Operations;

/// <summary>The right to write to one tenant's live data and repository, among all processes of the host. It ends with the process, however that ends.</summary>
public sealed class TenantLease : IDisposable
{
    private readonly FileLock _lock;

    internal TenantLease(TenantId tenant, long token, FileLock @lock)
    {
        Tenant = tenant;
        Token = token;
        _lock = @lock;
    }

    public TenantId Tenant { get; }

    /// <summary>Higher than that of every lease of the tenant before.</summary>
    public long Token { get; }

    /// <summary>Gives the lease back.</summary>
    public void Dispose() => _lock.Dispose();
}
