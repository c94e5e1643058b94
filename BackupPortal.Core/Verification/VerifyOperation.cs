using System.Globalization;
using BackupPortal.Core.Messages;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Repository;
using BackupPortal.Core.Snapshots;

namespace BackupPortal.Core.Verification;

/// <summary>Checks one snapshot or all of a tenant's, as far as asked. Fails when something is damaged, naming it.</summary>
internal sealed class VerifyOperation(SnapshotVerification verification, TenantRepositories repositories) : IOperationHandler
{
    private const string Area = "Verification";

    public OperationKind Kind => OperationKind.Verify;

    public IReadOnlyList<OperationPhase> Phases { get; } = [OperationPhase.Check, OperationPhase.Verify, OperationPhase.Finish];

    public async Task<OperationOutcome> RunAsync(OperationContext context, CancellationToken cancellationToken)
    {
        context.EnterPhase(OperationPhase.Check);
        var arguments = VerifyArguments.FromJson(context.Arguments);
        var repository = repositories.Of(context.Tenant);
        var id = arguments.Snapshot is not { } asked ? null : await repository.ResolveAsync(asked, cancellationToken);
        context.EnterPhase(OperationPhase.Verify);
        var results = await verification.RunAsync(context.Tenant, id?.Value, arguments.Level, context.Report, cancellationToken);
        context.EnterPhase(OperationPhase.Finish);
        foreach (var result in results)
            Log(context, result, arguments.Level);
        if (results.Any(result => !result.IsWhole))
            throw Failure(results);
        var summary = results.Count switch
        {
            0 => new Message(Area, "Nothing"),
            1 => new Message(Area, "DoneOne" + Suffix(arguments.Level)),
            _ => new Message(Area, "Done" + Suffix(arguments.Level), Number(results.Count)),
        };
        return new OperationOutcome(summary, id);
    }

    private static string Suffix(VerifyLevel level) => level == VerifyLevel.Decode ? "" : level.ToString();

    private static void Log(OperationContext context, VerifiedSnapshot result, VerifyLevel level)
    {
        if (result.IsWhole)
            context.Log(new Message(Area, "Whole" + Suffix(level), result.Snapshot.Value));
        foreach (var notice in result.Notices)
            context.Log(new Message(Area, "Notice", result.Snapshot.Value, notice), LogSeverity.Warning);
        foreach (var problem in result.Problems)
            context.Log(new Message(Area, "Problem", result.Snapshot.Value, problem), LogSeverity.Error);
    }

    private static PortalException Failure(IReadOnlyList<VerifiedSnapshot> results)
    {
        var damaged = results.Where(result => !result.IsWhole).ToList();
        return new PortalException(
            new Message(
                Area, "Damaged", Number(damaged.Count), Number(results.Count), string.Join(", ", damaged.Select(result => result.Snapshot.Value)),
                damaged[0].Problems[0]),
            new Message(Area, "DamagedHint"));
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
