using BackupPortal.Core.Tenancy;

namespace BackupPortal.Core.Operations;

/// <summary>Deals with what a process that died in the middle of an operation left of a tenant. A capability whose work can be left half-done has one.</summary>
public interface ICrashRecovery
{
    /// <summary>
    /// Finishes or reverses what was left. The caller holds the tenant's lease. May end the operation by <see cref="OperationRecovery.SettleAsync"/>;
    /// otherwise it is called interrupted.
    /// </summary>
    Task RecoverAsync(Tenant tenant, TenantLease lease, CancellationToken cancellationToken);
}
