using BackupPortal.Core.Operations;

namespace BackupPortal.Core.Restore;

/// <summary>Goes back to right before a restore, by restoring its safety snapshot. An undo is a restore itself, and can be undone.</summary>
internal sealed class UndoOperation(OperationHistory history, RestoreRun run) : IOperationHandler
{
    public OperationKind Kind => OperationKind.Undo;

    public IReadOnlyList<OperationPhase> Phases => RestoreRun.Phases;

    public async Task<OperationOutcome> RunAsync(OperationContext context, CancellationToken cancellationToken)
    {
        var restore = new OperationId(UndoArguments.FromJson(context.Arguments).Restore);
        var undone = await history.FindAsync(context.Tenant.Id, restore, cancellationToken);
        var safety = undone?.Outcome?.SafetySnapshot ?? throw RestoreText.Refusal("NothingToUndo", "NothingToUndoHint");
        // What was there before is what its application wrote: its schema is no reason to refuse.
        return await run.RunAsync(context, Kind, safety, allowNewerSchema: true, cancellationToken);
    }
}
