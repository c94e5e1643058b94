using BackupPortal.Core.Catalog;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Core.Restore;

/// <summary>Makes a new tenant of a snapshot. Runs as an operation of the tenant whose snapshot it is.</summary>
internal sealed class RestoreAsTenantOperation(RestoreSource source, RestoreAsTenant restore) : IOperationHandler
{
    public OperationKind Kind => OperationKind.RestoreAsTenant;

    public IReadOnlyList<OperationPhase> Phases { get; } = [OperationPhase.Check, OperationPhase.Unpack, OperationPhase.Finish];

    public async Task<OperationOutcome> RunAsync(OperationContext context, CancellationToken cancellationToken)
    {
        var arguments = RestoreAsTenantArguments.FromJson(context.Arguments);
        context.EnterPhase(OperationPhase.Check);
        var snapshot = await source.ResolveAsync(context.Tenant, arguments.Snapshot, from: null, cancellationToken);
        var wanted = new NewTenant(arguments.Slug, arguments.Name, context.Tenant.TimeZone.Id, DatabasePath: null, FilesPath: null);
        context.EnterPhase(OperationPhase.Unpack);
        try
        {
            var added = await restore.RunAsync(
                new TenantId(context.Id.Value), context.Tenant, snapshot, wanted, arguments.Admin, context.RequestedBy, context.Report, () => Begin(context), cancellationToken);
            return OutcomeOf(added, snapshot);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw RestoreText.Refusal("NewTenantFailed", "PrepareFailedHint", failure, failure.Message);
        }
    }

    /// <summary>What is told once the new tenant is there.</summary>
    public static OperationOutcome OutcomeOf(Tenant added, SnapshotId snapshot) =>
        new(RestoreText.Of("NewTenant", added.Name, added.Slug.Value, snapshot.Value), snapshot);

    private static void Begin(OperationContext context)
    {
        context.EnterPhase(OperationPhase.Finish);
        context.BeginCommit();
    }
}
