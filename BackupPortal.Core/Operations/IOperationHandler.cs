namespace BackupPortal.Core.Operations;

/// <summary>What a capability does when its operation's turn has come. One for each <see cref="OperationKind"/>.</summary>
public interface IOperationHandler
{
    OperationKind Kind { get; }

    /// <summary>The phases that a run goes through, in order.</summary>
    IReadOnlyList<OperationPhase> Phases { get; }

    /// <summary>The same, for those whose phases depend on what was asked for.</summary>
    IReadOnlyList<OperationPhase> PhasesFor(string arguments) => Phases;

    /// <summary>
    /// Runs with the tenant's lease held. Throws <see cref="Messages.PortalException"/> when it gives up, and
    /// <see cref="OperationCanceledException"/> when it was cancelled before <see cref="OperationContext.BeginCommit"/>; either way live data and
    /// repository are as before.
    /// </summary>
    Task<OperationOutcome> RunAsync(OperationContext context, CancellationToken cancellationToken);
}
