using BackupPortal.Core.Operations;
using BackupPortal.Core.Repository;

namespace BackupPortal.Core.Restore;

/// <summary>Puts a snapshot back into live data.</summary>
internal sealed class RestoreOperation(TenantRepositories repositories, RestoreRun run) : IOperationHandler
{
    public OperationKind Kind => OperationKind.Restore;

    public IReadOnlyList<OperationPhase> Phases => RestoreRun.Phases;

    public IReadOnlyList<OperationPhase> PhasesFor(string arguments) => RestoreRun.PhasesWith(RestoreArguments.FromJson(arguments).CountdownSeconds);

    public async Task<OperationOutcome> RunAsync(OperationContext context, CancellationToken cancellationToken)
    {
        var arguments = RestoreArguments.FromJson(context.Arguments);
        var snapshot = await repositories.Of(context.Tenant).ResolveAsync(arguments.Snapshot, cancellationToken);
        return await run.RunAsync(context, Kind, snapshot, arguments.AllowNewerSchema, arguments.CountdownSeconds, cancellationToken);
    }
}
