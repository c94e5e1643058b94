using BackupPortal.Core.Comparison;
using BackupPortal.Core.Messages;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Core.Retrieval;

/// <summary>Tells what bringing something back would do. Changes nothing, needs no lease, and holds nobody up.</summary>
public sealed class RetrievalPreview(StateComparer comparer)
{
    /// <param name="progress">Bytes read of live data, and in all.</param>
    /// <exception cref="PortalException">A state cannot be read, or what is wanted is not in the snapshot.</exception>
    public async Task<RetrievalPlan> RunAsync(Tenant tenant, RetrievalArguments wanted, Action<long, long>? progress, CancellationToken cancellationToken)
    {
        using var comparison = await comparer.RunAsync(tenant, wanted.SnapshotId, null, ComparisonProgress.OfReading(progress), cancellationToken);
        return await Task.Run(() => Of(comparison, tenant, wanted, cancellationToken), cancellationToken);
    }

    /// <summary>The same from a comparison with live data that is there already; on its caller's thread.</summary>
    public static RetrievalPlan Of(StateComparison comparison, Tenant tenant, RetrievalArguments wanted, CancellationToken cancellationToken)
    {
        using var gathered = new RowGathering(comparison, tenant.Home.Scratch, cancellationToken);
        gathered.Choose(wanted);
        return Of(gathered.Plan(), wanted.Files.Count == 0 ? null : FileSelection.Of(tenant, comparison.States.SnapshotFiles, wanted, null, cancellationToken));
    }

    internal static RetrievalPlan Of(RetrievalPlan rows, FileSelection? files) => files is null ? rows
        : rows with { Files = files.Count, Conflicts = [.. rows.Conflicts, .. files.Conflicts.Take(RetrievalPlan.MostConflicts)] };
}
