using BackupPortal.Core.Pruning;
using BackupPortal.Core.Repository;
using BackupPortal.Core.Snapshots;
using BackupPortal.Tests.Contracts;
using BackupPortal.Tests.Repository;
using BackupPortal.Tests.Sources;

namespace BackupPortal.Tests.Pruning;

/// <summary>
/// A prune that is killed while it writes packs anew: what it has written is either taken into use or cleared away by the prunes after it, and nothing stays
/// in the repository twice.
/// </summary>
public sealed class KilledRepackTests : IDisposable
{
    /// <summary>What a repository may be larger for having been written in another order.</summary>
    private const double Tolerated = 1.02;

    private readonly SchoolDays school = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => school.Dispose();

    [Fact]
    public async Task Prune_KilledAtAnyCallOfTheStore_IsAsSmallAfterTwoMoreAsIfItHadNotBeen()
    {
        var made = await school.LiveAsync(days: 8, rows: 2000);
        var kept = made.TakeLast(3).ToList();
        var gone = made.Except(kept).ToList();
        var databases = await school.ReadAllAsync(kept);
        var before = school.Remember();
        var (calls, first, last) = (0, 0, 0);
        await school.PruneAsync(gone, Counting(() => calls++), new At(point =>
        {
            if (point == "RecordsDeleted")
                first = calls;
            last = calls;
        }));
        school.Clock.Advance(Tombstones.Grace);
        await school.PruneAsync([]);
        var unhindered = school.Size;
        Assert.InRange(await RewrittenAsync(kept), 2, 3);
        Assert.InRange(last - first, 100, 2000);

        var step = Math.Max(1, (last - first) / 60);
        for (var dies = first; dies <= last; dies += step)
        {
            school.Reset(before);
            await KilledAsync(gone, dies);
            var left = (await school.Rig.Repository.ListAsync(Cancel)).ToHashSet();
            await school.PruneForGoodAsync(gone.Where(record => left.Contains(record.Id)));

            Assert.True(school.Size <= Tolerated * unhindered, $"Killed at call {dies}: {school.Size} instead of {unhindered}.");
            await AssertWholeAsync(kept, databases);
        }
    }

    [Fact]
    public async Task Prune_KilledBetweenSnapshotsAgainAndAgain_IsAsSmallAfterTwoMoreAsAFreshRepository()
    {
        var made = await school.LiveAsync(days: 8, rows: 2000);
        var kept = made.TakeLast(3).ToList();
        var databases = await school.ReadAllAsync(kept);
        foreach (var (point, occurrence) in new[] { ("SnapshotRewritten", 1), ("MoveNoted", 1), ("SnapshotRewritten", 1), ("PacksWritten", 1), ("SnapshotRewritten", 2) })
        {
            var left = (await school.Rig.Repository.ListAsync(Cancel)).ToHashSet();
            await KilledAsync(made.Except(kept).Where(record => left.Contains(record.Id)), point, occurrence);
            await AssertWholeAsync(kept, databases);
        }
        // A backup in between builds on whatever the newest snapshot refers to.
        TestDatabase.Execute(school.Database, "UPDATE grades SET points = points + 1 WHERE id = 77");
        var newest = await school.Rig.BackupAsync(school.Database, school.Files, Cancel);

        await school.PruneForGoodAsync([]);
        await AssertWholeAsync(kept, databases);
        await school.AssertWholeAsync(newest);
        await school.PruneForGoodAsync(kept);

        var fresh = new FaultyStore();
        await new RepositoryRig(school.Folder, fresh).BackupAsync(school.Database, school.Files, Cancel);
        Assert.True(school.Size <= 1.1 * SchoolDays.SizeOf(fresh), $"{school.Size}, and a fresh repository has {SchoolDays.SizeOf(fresh)}.");
        await school.AssertWholeAsync(newest);
    }

    private async Task<int> RewrittenAsync(IEnumerable<SnapshotRecord> kept)
    {
        var rewritten = 0;
        foreach (var record in kept)
            rewritten += (await school.Rig.Repository.ReadRecordAsync(record.Id, Cancel)).Revision;
        return rewritten;
    }

    private InterruptedStore Counting(Action count) => new(school.Store, (_, _) =>
    {
        count();
        return Task.CompletedTask;
    });

    private async Task KilledAsync(IEnumerable<SnapshotRecord> giveUp, int call)
    {
        // Nothing that comes after a kill reaches the store.
        var store = new InterruptedStore(school.Store, (now, _) => now >= call ? throw new KilledException() : Task.CompletedTask);
        await Assert.ThrowsAsync<KilledException>(() => school.PruneAsync(giveUp, store, new NoPruneCheckpoint()));
    }

    private async Task KilledAsync(IEnumerable<SnapshotRecord> giveUp, string point, int occurrence)
    {
        var (isDead, reached) = (false, 0);
        var store = new InterruptedStore(school.Store, (_, _) => isDead ? throw new KilledException() : Task.CompletedTask);
        var end = await Record.ExceptionAsync(
            () => school.PruneAsync(giveUp, store, new At(now => isDead |= now == point && ++reached == occurrence)));
        Assert.True(end is KilledException, $"{point} was reached {reached} times, not {occurrence}: {end}");
    }

    private async Task AssertWholeAsync(IReadOnlyList<SnapshotRecord> kept, Dictionary<SnapshotId, byte[]> databases)
    {
        foreach (var record in kept)
        {
            SameBytes.Check(databases[record.Id], await school.Rig.RestoreAsync(record.Id, Cancel));
            var reader = await school.Rig.OpenAsync(record.Id, Cancel);
            Assert.Empty(await reader.VerifyAsync(null, Cancel));
            Assert.Empty(await reader.CheckPresenceAsync(Cancel));
        }
    }

    private sealed class At(Action<string> reached) : IPruneCheckpoint
    {
        public Task ReachedAsync(string point)
        {
            reached(point);
            return Task.CompletedTask;
        }
    }

    private sealed class KilledException : Exception;
}
