using BackupPortal.Core.Operations;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Core.Restore;

/// <summary>Every restore and undo of a tenant.</summary>
public sealed class RestoreHistory
{
    /// <summary>Newest first.</summary>
    public Task<IReadOnlyList<PastRestore>> ListAsync(TenantId tenant, CancellationToken cancellationToken) => throw new NotImplementedException();
}

/// <param name="CanUndo">True while its safety snapshot is in the repository.</param>
public sealed record PastRestore(OperationView Operation, SnapshotId? From, SnapshotId? SafetySnapshot, TimeSpan? Downtime, bool CanUndo);
