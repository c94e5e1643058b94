using BackupPortal.Core.Tenancy;

namespace BackupPortal.Core.Operations;

/// <summary>
/// Tells who is interested, in this process, how operations stand, wherever they run. Safe for concurrent use.
/// </summary>
public sealed class OperationFeed
{
    /// <param name="tenant">Null for all tenants.</param>
    /// <param name="receive">Called in order, on a thread of the feed; must not block. Intermediate states may be left out, the last never.</param>
    /// <returns>Dispose to unsubscribe; no call begins after that.</returns>
    public IDisposable Subscribe(TenantId? tenant, Action<OperationView> receive) => throw new NotImplementedException();

    public void Publish(OperationView view) => throw new NotImplementedException();
}
