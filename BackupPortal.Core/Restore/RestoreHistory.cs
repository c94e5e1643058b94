using BackupPortal.Core.Catalog;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Repository;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Tenancy;
using Microsoft.Extensions.Options;

namespace BackupPortal.Core.Restore;

/// <summary>Every restore and undo of a tenant, and what was brought back in part.</summary>
public sealed class RestoreHistory(
    OperationHistory operations, TenantStore tenants, TenantRepositories repositories, IOptions<RestoreKeepOptions> options, TimeProvider time)
{
    private const int LookBack = 10_000;

    /// <summary>Newest first.</summary>
    public async Task<IReadOnlyList<PastRestore>> ListAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        var restores = (await operations.ListAsync(tenant, LookBack, cancellationToken))
            .Where(operation => operation.Kind is OperationKind.Restore or OperationKind.Undo or OperationKind.Retrieve).ToList();
        if (restores.Count == 0 || await tenants.FindAsync(tenant, cancellationToken) is not { } found)
            return [];
        var present = (await repositories.Of(found).ListAsync(cancellationToken)).ToHashSet();
        return [.. restores.Select(operation => ToRestore(operation, present))];
    }

    private PastRestore ToRestore(OperationView operation, HashSet<SnapshotId> present)
    {
        var outcome = operation.Outcome;
        var until = operation.EndedUtc + options.Value.UndoTime;
        // One that failed has a safety snapshot when its data stayed live all the same.
        var canUndo = until > time.GetUtcNow() && outcome?.SafetySnapshot is { } safety && present.Contains(safety);
        return new PastRestore(operation, outcome?.Snapshot ?? Asked(operation), outcome?.SafetySnapshot, outcome?.Downtime, canUndo ? until : null);
    }

    private static SnapshotId? Asked(OperationView operation) =>
        operation.Kind is OperationKind.Restore or OperationKind.Retrieve && SnapshotId.TryParse(RestoreArguments.FromJson(operation.Arguments).Snapshot, out var asked) ? asked : null;
}

/// <param name="UndoUntilUtc">Until when it can be undone, and its safety snapshot is not pruned; null when it cannot be undone, or no longer.</param>
public sealed record PastRestore(OperationView Operation, SnapshotId? From, SnapshotId? SafetySnapshot, TimeSpan? Downtime, DateTimeOffset? UndoUntilUtc)
{
    public bool CanUndo => UndoUntilUtc is not null;
}
