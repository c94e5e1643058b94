using BackupPortal.Core.Messages;
using BackupPortal.Core.Pruning;
using BackupPortal.Core.Snapshots;

namespace BackupPortal.Tests.Scenarios;

/// <summary>The way back from a restore stays open.</summary>
public sealed class PruneAndUndoTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Prune_SafetySnapshotOfARestore_IsKeptForSevenDaysAndUndoGoesBackToIt()
    {
        var clock = new FakeClock(new DateTimeOffset(2026, 11, 20, 20, 0, 0, TimeSpan.Zero));
        var (world, then) = await RestoreWorld.CreateChangedAsync(configure: services => services.AddSingleton<TimeProvider>(clock));
        await using var _ = world;
        var before = world.ReadLive();
        var restore = await world.RestoreAsync(then);
        var safety = restore.Outcome!.SafetySnapshot!;
        clock.Advance(TimeSpan.FromHours(1));
        await world.BackupAsync();
        var pruning = world.Portal.Get<SnapshotPruning>();

        var refused = await Assert.ThrowsAsync<PortalException>(() => PlanAsync(null, safety));
        var counted = await PlanAsync(1);

        Assert.Equal("RefusedUndo", refused.What.Key);
        Assert.Equal(new HeldSnapshot(safety, HoldReason.Undo), Assert.Single(counted.Held));
        Assert.Equal([then], counted.GiveUp);
        await pruning.RunAsync(world.Tenant, new PruneArguments(1, []), () => { }, Token);
        await world.UndoAsync(restore);
        Assert.Equal(before, world.ReadLive());
        clock.Advance(TimeSpan.FromDays(8));
        Assert.All(await world.Portal.Get<Core.Restore.RestoreHistory>().ListAsync(world.Tenant.Id, Token), past => Assert.False(past.CanUndo));
        Assert.Contains(safety, (await PlanAsync(1)).GiveUp);

        Task<PrunePlan> PlanAsync(int? keep, params SnapshotId[] named) =>
            pruning.PlanAsync(world.Tenant, new PruneArguments(keep, [.. named.Select(id => id.Value)]), Token);
    }
}
