using BackupPortal.Core.Tenancy;

namespace BackupPortal.Core.Operations;

/// <summary>Operations that are queued, running or over. Every look-up names the tenant: another tenant's operation is not found.</summary>
public sealed class OperationHistory
{
    /// <summary>Newest first.</summary>
    public Task<IReadOnlyList<OperationView>> ListAsync(TenantId tenant, int take, CancellationToken cancellationToken) => throw new NotImplementedException();

    public Task<OperationView?> FindAsync(TenantId tenant, OperationId id, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>The log, oldest first.</summary>
    public Task<IReadOnlyList<LogEntry>> ReadLogAsync(TenantId tenant, OperationId id, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Takes a finished operation off the list of what needs attention.</summary>
    public Task DismissAsync(TenantId tenant, OperationId id, CancellationToken cancellationToken) => throw new NotImplementedException();
}
