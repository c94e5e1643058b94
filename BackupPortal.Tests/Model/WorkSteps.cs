using System.Runtime.Versioning;
using BackupPortal.Core.Messages;
using BackupPortal.Core.Pruning;
using BackupPortal.Core.Snapshots;
using BackupPortal.Tests.Contracts;

namespace BackupPortal.Tests.Model;

/// <summary>Backups and prunes, most of which something happens to.</summary>
[UnsupportedOSPlatform("windows")]
internal static class WorkSteps
{
    // About as many calls of the store as a backup makes.
    private const int UsualCalls = 30;

    private static readonly Dictionary<SnapshotId, HoldReason> nothingNeeded = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static Task BackupAsync(World world) => MustAsync(world, Work.Backup);

    public static Task PruneAsync(World world) => MustAsync(world, ChoosePrune(world));

    /// <summary>From one call of the store on, no call succeeds: what is left is what a dead process leaves.</summary>
    public static Task StoppedAsync(World world)
    {
        var (work, at) = (Choose(world), CallNumber(world));
        return TryAsync(world, work, $"stopped at call {at}", mayHaveCommitted: true, () =>
        {
            world.Store.Watch(call =>
            {
                if (call >= at)
                    throw WorldStore.Gone("anything");
            });
            return RunAsync(world, work, Token);
        });
    }

    public static Task FailedCallAsync(World world)
    {
        var (work, at) = (Choose(world), CallNumber(world));
        return TryAsync(world, work, $"call {at} fails", mayHaveCommitted: false, () =>
        {
            world.Store.Watch(call =>
            {
                if (call == at)
                    throw WorldStore.Gone("something");
            });
            return RunAsync(world, work, Token);
        });
    }

    /// <summary>Only where the store can lie.</summary>
    public static async Task LyingStoreAsync(World world)
    {
        if (world.Store.Inner is not FaultyStore faulty)
            return;
        var (work, at, fault) = (Choose(world), CallNumber(world), (StoreFault)world.Random.Next(Enum.GetValues<StoreFault>().Length));
        await TryAsync(world, work, $"{fault} at call {at}", mayHaveCommitted: false, async () =>
        {
            (faulty.Fault, faulty.FaultAt) = (fault, faulty.Calls + at);
            try
            {
                return await RunAsync(world, work, Token);
            }
            finally
            {
                faulty.FaultAt = null;
            }
        });
    }

    public static Task CancelledAsync(World world)
    {
        var (work, at) = (Choose(world), CallNumber(world));
        return TryAsync(world, work, $"cancelled at call {at}", mayHaveCommitted: false, async () =>
        {
            using var cancel = new CancellationTokenSource();
            world.Store.Watch(call =>
            {
                if (call == at)
                    cancel.Cancel();
            });
            return await RunAsync(world, work, cancel.Token);
        });
    }

    /// <summary>The file system under the repository has little room left.</summary>
    public static async Task FullDiskAsync(World world)
    {
        var (work, leave) = (Choose(world), world.Random.Next(0, 40) * 4096L);
        if (world.FillableFolder is not { } folder)
            return;
        var ballast = Path.Combine(folder, ".ballast");
        var size = Math.Max(0, new DriveInfo(folder).AvailableFreeSpace - leave);
        await using (new FileStream(ballast, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, PreallocationSize = size }))
        {
        }
        try
        {
            await TryAsync(world, work, $"with {leave} bytes of disk left", mayHaveCommitted: false, () => RunAsync(world, work, Token));
        }
        finally
        {
            File.Delete(ballast);
        }
    }

    /// <summary>A process of its own works, and is killed at a call of the store or after a time.</summary>
    public static async Task KilledAsync(World world)
    {
        var (work, at) = (Choose(world), CallNumber(world));
        var after = world.Random.Next(3) == 0 ? TimeSpan.FromMilliseconds(world.Random.Next(1, 400)) : (TimeSpan?)null;
        if (!world.IsOnDisk)
            return;
        var state = world.Capture();
        var said = await world.Children.RunAsync(work, at, after, world, Token);
        world.Restart();
        world.Told = $"{work} killed {(after is null ? $"at call {at}" : $"after {after.Value.TotalMilliseconds} ms")}, it said: {said ?? "nothing"}";
        await SettleAsync(world, work, state, isDone: said is not null, SnapshotId.TryParse(said, out var made) ? made : null, mayHaveCommitted: true);
    }

    /// <summary>As if there were no lease, or as if it had been lost: either of both may be refused, and nothing is lost.</summary>
    public static async Task BackupBesidePruneAsync(World world)
    {
        var prune = ChoosePrune(world);
        var state = world.Capture();
        var beside = BackupRun.Open(world.Tenant, world.Store, world.MasterKey, world.Clock);
        var pruning = Task.Run(async () => await AttemptAsync(async () => await prune.RunAsync(world.Tenant, beside, world.Index, world.Clock, Token)), Token);
        var (isBackedUp, made, toldOfBackup) = await AttemptAsync(() => RunAsync(world, Work.Backup, Token));
        var (isPruned, _, toldOfPrune) = await pruning;
        world.Told = $"backup: {toldOfBackup}; {prune}: {toldOfPrune}";
        world.Restart();
        var lost = await DropGivenUpAsync(world, prune, isPruned);
        await SettleBackupAsync(world, state, isBackedUp ? made : null, mayHaveCommitted: false);
        if (lost > 0)
            await RestoreSteps.CompareAllAsync(world);
    }

    /// <summary>At last all but the newest goes, and what is left is what the newest needs.</summary>
    public static async Task PruneToOneAsync(World world)
    {
        if (world.Oracle.Count == 0)
            return;
        await MustAsync(world, new Work([.. world.Oracle.Snapshots.SkipLast(1).Reverse().Select(one => one.Record.Id)]));
        for (var i = 0; i < 2; i++)
        {
            world.Clock.Advance(Core.Repository.Tombstones.Grace + TimeSpan.FromHours(1));
            await MustAsync(world, new Work([]));
        }
        using var survey = await PruneSurvey.MakeAsync(world.Repository, [], Token);
        Assert.Empty(survey.Unreferenced);
        await RestoreSteps.CompareAllAsync(world);
    }

    private static Work Choose(World world) => world.Random.Next(3) == 0 ? ChoosePrune(world) : Work.Backup;

    /// <summary>Nothing, one here and there, or all but some of the newest.</summary>
    private static Work ChoosePrune(World world)
    {
        var all = world.Oracle.Snapshots.Select(one => one.Record.Id).Reverse().ToList();
        var (kind, keep, share) = (world.Random.Next(4), world.Random.Next(1, 12), world.Random.NextDouble());
        var named = all.Where(_ => world.Random.NextDouble() < share).Take(all.Count - 1).ToHashSet();
        return kind switch
        {
            0 => new Work([]),
            1 => new Work(SnapshotChoice.Of(all, keep, new HashSet<SnapshotId>(), nothingNeeded, new HashSet<SnapshotId>()).GiveUp),
            _ => new Work(SnapshotChoice.Of(all, null, all.Count == 0 ? [] : named, nothingNeeded, new HashSet<SnapshotId>()).GiveUp),
        };
    }

    /// <summary>Many near the beginning, where little is done yet, some far away.</summary>
    private static int CallNumber(World world) => 1 + (int)(Math.Pow(world.Random.NextDouble(), 1.5) * UsualCalls * (world.Random.Next(5) == 0 ? 4 : 1));

    private static Task<SnapshotId?> RunAsync(World world, Work work, CancellationToken cancellationToken) =>
        work.RunAsync(world.Tenant, world.Repository, world.Index, world.Clock, cancellationToken);

    private static async Task MustAsync(World world, Work work)
    {
        var state = world.Capture();
        world.Store.Watch(null);
        world.Told = work.ToString();
        var made = await RunAsync(world, work, Token);
        world.Told = $"{work}: {made} after {world.Store.Calls} calls";
        if (made is not null)
            world.Oracle.Add(await world.Repository.ReadRecordAsync(made, Token), state);
        await DropGivenUpAsync(world, work, isDone: true);
    }

    /// <param name="mayHaveCommitted">Whether a backup that ended badly may still have made its snapshot: only one that could not tell any more.</param>
    private static async Task TryAsync(World world, Work work, string what, bool mayHaveCommitted, Func<Task<SnapshotId?>> act)
    {
        var state = world.Capture();
        world.Store.Watch(null);
        var (isDone, made, told) = await AttemptAsync(act);
        world.Told = $"{work} {what}: {told}, {world.Store.Calls} calls";
        world.Store.Watch(null);
        if (world.Random.Next(2) == 0)
            world.Restart();
        await SettleAsync(world, work, state, isDone, made, mayHaveCommitted);
    }

    private static async Task<(bool IsDone, SnapshotId? Made, string Told)> AttemptAsync(Func<Task<SnapshotId?>> act)
    {
        try
        {
            var made = await act();
            return (true, made, made?.Value ?? "done");
        }
        catch (Exception e) when (e is PortalException or OperationCanceledException)
        {
            Assert.NotEmpty(e.Message);
            return (false, null, e.Message);
        }
    }

    private static async Task SettleAsync(World world, Work work, WorldState state, bool isDone, SnapshotId? made, bool mayHaveCommitted)
    {
        var lost = await DropGivenUpAsync(world, work, isDone);
        await SettleBackupAsync(world, state, made, mayHaveCommitted && work.GiveUp is null);
        // Where a prune ended badly, all that is still listed must be whole.
        if (lost > 0 && !isDone)
            await RestoreSteps.CompareAllAsync(world);
    }

    /// <summary>What was acknowledged is there; what was not is either whole or not there at all.</summary>
    private static async Task SettleBackupAsync(World world, WorldState state, SnapshotId? acknowledged, bool mayHaveCommitted)
    {
        var made = (await world.Repository.ListAsync(Token)).Where(id => !world.Oracle.Has(id)).ToList();
        if (acknowledged is not null)
            Assert.Equal([acknowledged], made);
        Assert.InRange(made.Count, 0, acknowledged is not null || mayHaveCommitted ? 1 : 0);
        foreach (var id in made)
        {
            world.Oracle.Add(await world.Repository.ReadRecordAsync(id, Token), state);
            await RestoreSteps.CompareAsync(world, world.Oracle.Count - 1);
        }
    }

    /// <summary>What a prune was to give up is gone when it was done; otherwise some of it may still be there.</summary>
    /// <returns>How many are gone.</returns>
    private static async Task<int> DropGivenUpAsync(World world, Work work, bool isDone)
    {
        if (work.GiveUp is not { Count: > 0 } given)
            return 0;
        var listed = await world.Repository.ListAsync(Token);
        if (isDone)
            Assert.DoesNotContain(given, listed.Contains);
        return world.Oracle.GiveUp(given.Where(id => !listed.Contains(id)).ToHashSet());
    }
}
