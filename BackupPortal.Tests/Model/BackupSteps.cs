using BackupPortal.Core.Messages;
using BackupPortal.Core.Snapshots;
using BackupPortal.Tests.Contracts;

namespace BackupPortal.Tests.Model;

/// <summary>Backups, most of which something happens to.</summary>
internal static class BackupSteps
{
    // About as many calls of the store as a backup makes.
    private const int UsualCalls = 25;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task BackupAsync(World world)
    {
        var state = world.Capture();
        world.Store.Watch(null);
        var record = await RunAsync(world, Token);
        world.Oracle.Add(record, state);
        world.Told = $"{record.Id} after {world.Store.Calls} calls, {record.AddedBytes} bytes added";
    }

    /// <summary>From one call of the store on, no call succeeds: what is left is what a dead process leaves.</summary>
    public static Task StoppedBackupAsync(World world)
    {
        var at = CallNumber(world);
        return TryAsync(world, $"stopped at call {at}", mayHaveCommitted: true, () =>
        {
            world.Store.Watch(call =>
            {
                if (call >= at)
                    throw WorldStore.Gone("anything");
            });
            return RunAsync(world, Token);
        });
    }

    public static Task FailedCallAsync(World world)
    {
        var at = CallNumber(world);
        return TryAsync(world, $"call {at} fails", mayHaveCommitted: false, () =>
        {
            world.Store.Watch(call =>
            {
                if (call == at)
                    throw WorldStore.Gone("something");
            });
            return RunAsync(world, Token);
        });
    }

    /// <summary>Only where the store can lie.</summary>
    public static async Task LyingStoreAsync(World world)
    {
        if (world.Store.Inner is not FaultyStore faulty)
            return;
        var (at, fault) = (CallNumber(world), (StoreFault)world.Random.Next(Enum.GetValues<StoreFault>().Length));
        await TryAsync(world, $"{fault} at call {at}", mayHaveCommitted: false, async () =>
        {
            (faulty.Fault, faulty.FaultAt) = (fault, faulty.Calls + at);
            try
            {
                return await RunAsync(world, Token);
            }
            finally
            {
                faulty.FaultAt = null;
            }
        });
    }

    public static Task CancelledBackupAsync(World world)
    {
        var at = CallNumber(world);
        return TryAsync(world, $"cancelled at call {at}", mayHaveCommitted: false, async () =>
        {
            using var cancel = new CancellationTokenSource();
            world.Store.Watch(call =>
            {
                if (call == at)
                    cancel.Cancel();
            });
            return await RunAsync(world, cancel.Token);
        });
    }

    /// <summary>The file system under the repository has little room left.</summary>
    public static async Task FullDiskAsync(World world)
    {
        var leave = world.Random.Next(0, 60) * 4096L;
        if (world.FillableFolder is not { } folder)
            return;
        var ballast = Path.Combine(folder, ".ballast");
        var size = Math.Max(0, new DriveInfo(folder).AvailableFreeSpace - leave);
        await using (new FileStream(ballast, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, PreallocationSize = size }))
        {
        }
        try
        {
            await TryAsync(world, $"with {leave} bytes of disk left", mayHaveCommitted: false, () => RunAsync(world, Token));
        }
        finally
        {
            File.Delete(ballast);
        }
    }

    /// <summary>A process of its own makes the backup, and is killed at a call of the store or after a time.</summary>
    public static async Task KilledBackupAsync(World world)
    {
        var at = CallNumber(world);
        var after = world.Random.Next(3) == 0 ? TimeSpan.FromMilliseconds(world.Random.Next(1, 400)) : (TimeSpan?)null;
        if (!world.IsOnDisk)
            return;
        var state = world.Capture();
        var acknowledged = await world.Children.RunAsync(ModelWork.Backup, at, after, world, Token);
        world.Restart();
        world.Told = $"killed {(after is null ? $"at call {at}" : $"after {after.Value.TotalMilliseconds} ms")}, acknowledged: {acknowledged ?? "nothing"}";
        await SettleAsync(world, state, acknowledged is null ? null : SnapshotId.Parse(acknowledged), mayHaveCommitted: true);
    }

    /// <summary>Many near the beginning, where little is done yet, some far away.</summary>
    private static int CallNumber(World world) => 1 + (int)(Math.Pow(world.Random.NextDouble(), 1.5) * UsualCalls * (world.Random.Next(5) == 0 ? 4 : 1));

    private static async Task<SnapshotRecord> RunAsync(World world, CancellationToken cancellationToken) =>
        await BackupRun.RunAsync(world.Tenant, world.Repository, world.Index, world.Clock, cancellationToken);

    /// <param name="mayHaveCommitted">Whether a backup that ended badly may still have made its snapshot: only one that could not tell any more.</param>
    private static async Task TryAsync(World world, string what, bool mayHaveCommitted, Func<Task<SnapshotRecord>> act)
    {
        var state = world.Capture();
        SnapshotRecord? record = null;
        world.Told = what;
        world.Store.Watch(null);
        try
        {
            record = await act();
            world.Told = $"{what}: {record.Id} after {world.Store.Calls} calls";
        }
        catch (Exception e) when (e is PortalException or OperationCanceledException)
        {
            Assert.NotEmpty(e.Message);
            world.Told = $"{what}: {e.Message}";
        }
        world.Store.Watch(null);
        if (world.Random.Next(2) == 0)
            world.Restart();
        await SettleAsync(world, state, record?.Id, mayHaveCommitted);
    }

    /// <summary>What was acknowledged is there; what was not is either whole or not there at all.</summary>
    private static async Task SettleAsync(World world, WorldState state, SnapshotId? acknowledged, bool mayHaveCommitted)
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
}
