using BackupPortal.Core.Operations;

namespace BackupPortal.Core.Verification;

/// <summary>Proves one snapshot or all of a tenant's. Fails when something is damaged, naming it.</summary>
internal sealed class VerifyOperation(SnapshotVerification verification) : IOperationHandler
{
    public OperationKind Kind => OperationKind.Verify;

    public IReadOnlyList<OperationPhase> Phases { get; } = [OperationPhase.Check, OperationPhase.Verify, OperationPhase.Finish];

    public Task<OperationOutcome> RunAsync(OperationContext context, CancellationToken cancellationToken) =>
        throw new NotImplementedException(verification.ToString());
}
