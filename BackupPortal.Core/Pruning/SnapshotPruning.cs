using BackupPortal.Core.Catalog;
using BackupPortal.Core.Repository;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Core.Pruning;

/// <summary>Gives up a tenant's snapshots, and clears away what no snapshot needs.</summary>
public sealed class SnapshotPruning
{
    private readonly TenantRepositories _repositories;
    private readonly SnapshotIndex _index;
    private readonly NeededSnapshots _needed;
    private readonly TimeProvider _time;
    private readonly IPruneCheckpoint _checkpoint;

    internal SnapshotPruning(
        TenantRepositories repositories, SnapshotIndex index, NeededSnapshots needed, TimeProvider time, IPruneCheckpoint checkpoint)
    {
        _repositories = repositories;
        _index = index;
        _needed = needed;
        _time = time;
        _checkpoint = checkpoint;
    }

    /// <summary>What <see cref="RunAsync"/> would do. Changes nothing, and takes no lease.</summary>
    /// <exception cref="Messages.PortalException">A named snapshot does not exist or is still needed, or what is needed cannot be found out.</exception>
    public async Task<PrunePlan> PlanAsync(Tenant tenant, PruneArguments arguments, CancellationToken cancellationToken)
    {
        var (giveUp, held) = await ChooseAsync(tenant, arguments, cancellationToken);
        return await Of(tenant).PlanAsync(giveUp, held, cancellationToken);
    }

    /// <summary>Prunes. The caller holds the tenant's lease.</summary>
    /// <param name="begin">Called once it is known what to do, before anything is changed; from then on it is finished, not cancelled.</param>
    /// <returns>What was done.</returns>
    public async Task<PrunePlan> RunAsync(Tenant tenant, PruneArguments arguments, Action begin, CancellationToken cancellationToken)
    {
        var (giveUp, held) = await ChooseAsync(tenant, arguments, cancellationToken);
        var done = await Of(tenant).RunAsync(giveUp, held, begin, cancellationToken);
        // Lists follow the repository; now, so that nobody is offered what is gone.
        await _index.ListAsync(tenant, CancellationToken.None);
        return done;
    }

    private RepositoryPruning Of(Tenant tenant) => new(_repositories.Of(tenant), _time, _checkpoint);

    private async Task<(IReadOnlyList<SnapshotId> GiveUp, IReadOnlyList<HeldSnapshot> Held)> ChooseAsync(
        Tenant tenant, PruneArguments arguments, CancellationToken cancellationToken)
    {
        var repository = _repositories.Of(tenant);
        var named = new HashSet<SnapshotId>();
        foreach (var name in arguments.Snapshots)
            named.Add(await repository.ResolveAsync(name, cancellationToken));
        var needed = await _needed.FindAsync(tenant, cancellationToken);
        var damaged = (await _index.ListAsync(tenant, cancellationToken)).Where(one => one.IsDamaged).Select(one => one.Id).ToHashSet();
        return SnapshotChoice.Of(await repository.ListAsync(cancellationToken), arguments.Keep, named, needed, damaged);
    }
}
