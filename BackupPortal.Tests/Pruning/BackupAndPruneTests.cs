using BackupPortal.Core.Pruning;
using BackupPortal.Core.Repository;
using BackupPortal.Core.Storage;
using BackupPortal.Tests.Repository;

namespace BackupPortal.Tests.Pruning;

/// <summary>
/// A backup and a prune at the same time, as if there were no lease: one is put to sleep before any of its calls of the store, while the other one and
/// others run, and hours or days pass. Whatever comes of it, every snapshot that is there is whole.
/// </summary>
public sealed class BackupAndPruneTests
{
    private const int SeedsPerTest = 120;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Backup_PrunesRunWhileItSleeps_NothingIsLost()
    {
        var (refused, completed) = (0, 0);
        for (var seed = 1; seed <= SeedsPerTest; seed++)
        {
            try
            {
                if (await SleepyBackupAsync(seed))
                    completed++;
                else
                    refused++;
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"Seed {seed}: {e.Message}", e);
            }
        }
        Assert.InRange(refused, SeedsPerTest / 20, SeedsPerTest);
        Assert.InRange(completed, SeedsPerTest / 4, SeedsPerTest);
    }

    [Fact]
    public async Task Prune_BackupsRunWhileItSleeps_NothingIsLost()
    {
        for (var seed = 1; seed <= SeedsPerTest; seed++)
        {
            try
            {
                await SleepyPruneAsync(seed);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"Seed {seed}: {e.Message}", e);
            }
        }
    }

    /// <returns>False when the backup was refused because what it builds on was given up.</returns>
    private static async Task<bool> SleepyBackupAsync(int seed)
    {
        var random = new Random(seed);
        using var folder = new TestFolder();
        using var rig = new PruneRig(seed);
        await rig.BackupSeveralAsync(random.Next(2, 5));
        if (random.Next(2) == 0)
            await rig.PruneAsync((await rig.Repository.ListAsync(Cancel))[random.Next(2)]);
        var sleepAt = random.Next(1, 60);
        var isCommitting = false;
        var store = new InterruptedStore(rig.Objects, async (call, key) =>
        {
            isCommitting |= key == RepositoryLayout.TombstonesFolder;
            if (call != sleepAt)
                return;
            // What a backup has looked at right before its record, it may rely on for half a day.
            var most = isCommitting ? 5 : 60;
            for (var i = random.Next(1, 4); i > 0; i--)
            {
                var all = rig.Expected.Keys.ToList();
                await (all.Count > 1 && random.Next(3) > 0 ? rig.PruneAsync(all[random.Next(all.Count)]) : rig.PruneAsync());
                rig.Clock.Advance(TimeSpan.FromHours(random.Next(most) / 1.5));
            }
        });
        var sleepy = new RepositoryRig(folder, store) { Clock = rig.Clock, Later = 1000 };
        rig.Change();
        var isCompleted = true;
        try
        {
            await rig.BackupAsync(sleepy);
        }
        catch (RepositoryException)
        {
            isCompleted = false;
        }
        await rig.AssertWholeAsync();
        await rig.AssertNothingIsLeftOverAsync();
        await rig.AssertWholeAsync();
        return isCompleted;
    }

    private static async Task SleepyPruneAsync(int seed)
    {
        var random = new Random(seed);
        using var folder = new TestFolder();
        using var rig = new PruneRig(seed);
        await rig.BackupSeveralAsync(random.Next(3, 5));
        if (random.Next(3) > 0)
            await rig.PruneAsync((await rig.Repository.ListAsync(Cancel))[random.Next(3)]);
        rig.Clock.Advance(TimeSpan.FromHours(random.Next(48)));
        var sleepAt = random.Next(1, 90);
        var store = new InterruptedStore(rig.Objects, async (call, _) =>
        {
            if (call != sleepAt)
                return;
            for (var i = random.Next(1, 3); i > 0; i--)
            {
                rig.Clock.Advance(TimeSpan.FromHours(random.Next(60)));
                rig.Change();
                try
                {
                    await rig.BackupAsync();
                }
                catch (RepositoryException e) when (e.What.Key == "TakenAway")
                {
                    // It builds on what is about to be deleted, and says so.
                }
            }
        });
        var all = await rig.Repository.ListAsync(Cancel);
        var sleepy = new RepositoryRig(folder, store);
        try
        {
            await rig.PruneAsync(sleepy.Repository, new NoPruneCheckpoint(), all[random.Next(all.Count)]);
        }
        catch (StorageException)
        {
        }
        await rig.AssertWholeAsync();
        await rig.AssertNothingIsLeftOverAsync();
        await rig.AssertWholeAsync();
    }
}
