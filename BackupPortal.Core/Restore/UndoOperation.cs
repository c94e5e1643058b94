using BackupPortal.Core.Operations;

namespace BackupPortal.Core.Restore;

/// <summary>Goes back to right before a restore, by restoring its safety snapshot. An undo is a restore itself, and can be undone.</summary>
internal sealed class UndoOperation(OperationHistory history, RestoreRun run) : IOperationHandler
{
    public OperationKind Kind => OperationKind.Undo;

    public IReadOnlyList<OperationPhase> Phases => RestoreRun.Phases;

    public IReadOnlyList<OperationPhase> PhasesFor(string arguments) => RestoreRun.PhasesWith(UndoArguments.FromJson(arguments).CountdownSeconds);

    public async Task<OperationOutcome> RunAsync(OperationContext context, CancellationToken cancellationToken)
    {
        var arguments = UndoArguments.FromJson(context.Arguments);
        var undone = await history.FindAsync(context.Tenant.Id, new OperationId(arguments.Restore), cancellationToken);
        var safety = undone?.Outcome?.SafetySnapshot ?? throw RestoreText.Refusal("NothingToUndo", "NothingToUndoHint");
        // What was there before is what its application wrote: its schema is no reason to refuse.
        var wanted = new RestoreArguments(safety.Value, AllowNewerSchema: true, arguments.CountdownSeconds, arguments.LiveIsDamaged);
        return await run.RunAsync(context, Kind, wanted, cancellationToken);
    }
}
