using BackupPortal.Core.Operations;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Tests.Live;

/// <summary>Operations as they stand at some moment.</summary>
internal static class TestOperations
{
    public static OperationView Running(TenantId tenant, double fraction, OperationId? id = null) => new(
        id ?? OperationId.Create(),
        tenant,
        OperationKind.Backup,
        OperationState.Running,
        "{}",
        "anna@example.org",
        DateTimeOffset.UnixEpoch,
        DateTimeOffset.UnixEpoch,
        null,
        [OperationPhase.Check, OperationPhase.Store],
        new OperationProgress(OperationPhase.Store, 0, 0, fraction, 0, null),
        null,
        null,
        null,
        CanCancel: true,
        Dismissed: false);
}
