using BackupPortal.Core.Operations;

namespace BackupPortal.Core.Restore;

/// <summary>Puts a snapshot back into live data.</summary>
internal sealed class RestoreOperation(RestoreSource source, RestoreRun run) : IOperationHandler
{
    public OperationKind Kind => OperationKind.Restore;

    public IReadOnlyList<OperationPhase> Phases => RestoreRun.Phases;

    public IReadOnlyList<OperationPhase> PhasesFor(string arguments) => RestoreRun.PhasesWith(RestoreArguments.FromJson(arguments).CountdownSeconds);

    public async Task<OperationOutcome> RunAsync(OperationContext context, CancellationToken cancellationToken)
    {
        var arguments = RestoreArguments.FromJson(context.Arguments);
        var snapshot = await source.ResolveAsync(context.Tenant, arguments.Snapshot, arguments.From, cancellationToken);
        return await run.RunAsync(context, Kind, arguments with { Snapshot = snapshot.Value }, cancellationToken);
    }
}
