using System.Globalization;
using BackupPortal.Core.Messages;
using BackupPortal.Core.Operations;

namespace BackupPortal.Core.Pruning;

/// <summary>Prunes a tenant's repository. See docs/architecture.md.</summary>
internal sealed class PruneOperation(SnapshotPruning pruning) : IOperationHandler
{
    private const string Area = "Pruning";

    public OperationKind Kind => OperationKind.Prune;

    public IReadOnlyList<OperationPhase> Phases { get; } = [OperationPhase.Check, OperationPhase.Prune, OperationPhase.Finish];

    public async Task<OperationOutcome> RunAsync(OperationContext context, CancellationToken cancellationToken)
    {
        context.EnterPhase(OperationPhase.Check);
        var done = await pruning.RunAsync(
            context.Tenant,
            PruneArguments.FromJson(context.Arguments),
            () =>
            {
                context.BeginCommit();
                context.EnterPhase(OperationPhase.Prune);
            },
            cancellationToken);
        context.EnterPhase(OperationPhase.Finish);
        foreach (var held in done.Held)
            context.Log(held.Text, LogSeverity.Warning);
        foreach (var id in done.GiveUp)
            context.Log(new Message(Area, "GivenUp", id.Value));
        if (!done.Delete.IsNone)
            context.Log(new Message(Area, "Deleted", Number(done.Delete.Packs), Number(done.Delete.Documents), Megabytes(done.Delete.SizeBytes)));
        if (!done.Wait.IsNone)
            context.Log(new Message(Area, "Waits", Number(done.Wait.Packs), Number(done.Wait.Documents), Megabytes(done.Wait.SizeBytes)));
        foreach (var key in done.Unknown)
            context.Log(new Message(Area, "Unknown", key), LogSeverity.Warning);
        return new OperationOutcome(new Message(
            Area, done.GiveUp.Count == 1 ? "DoneOne" : "Done", Number(done.GiveUp.Count), Number(done.Kept), Megabytes(done.Delete.SizeBytes),
            Megabytes(done.Wait.SizeBytes)), Details: done.ToJson());
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Megabytes(long bytes) => (bytes / 1_000_000.0).ToString("0.0", CultureInfo.InvariantCulture);
}
