using BackupPortal.Core.Repository;
using BackupPortal.Core.Snapshots;
using BackupPortal.Tests.Contracts;
using BackupPortal.Tests.Repository;
using BackupPortal.Tests.Sources;

namespace BackupPortal.Tests.Pruning;

/// <summary>Packs of which little is in use are written anew, and snapshots refer to the new ones.</summary>
public sealed class RepackTests : IDisposable
{
    private readonly TestFolder folder = new();
    private readonly FakeClock clock = new(new DateTimeOffset(2026, 11, 20, 20, 0, 0, TimeSpan.Zero));
    private readonly FaultyStore store = new();
    private readonly RepositoryRig rig;
    private readonly Dictionary<string, byte[]> files = [];

    public RepackTests() => rig = new RepositoryRig(folder, store) { Clock = clock };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Database => folder["school.db"];

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Prune_ThirtySnapshotsToOne_IsHardlyLargerThanAFreshRepository()
    {
        var made = await LiveAsync(days: 30);
        var before = SizeOf(store);

        await PruneForGoodAsync(made.SkipLast(1));

        var fresh = new FaultyStore();
        await new RepositoryRig(folder, fresh).BackupAsync(Database, files, Cancel);
        Assert.True(before > 1.2 * SizeOf(fresh), $"There was nothing to save: {before} of {SizeOf(fresh)}.");
        Assert.True(SizeOf(store) <= 1.1 * SizeOf(fresh), $"{before} became {SizeOf(store)}, and a fresh repository has {SizeOf(fresh)}.");
        await AssertWholeAsync(made[^1]);
    }

    [Fact]
    public async Task Prune_SomeOfThirtySnapshotsStay_EachIsWholeAndTheRepositoryIsNotLargerThanBefore()
    {
        var made = await LiveAsync(days: 12);
        var databases = await ReadAllAsync(made);
        var before = SizeOf(store);

        await PruneForGoodAsync(made.Where((_, i) => i % 4 != 3));

        foreach (var record in made.Where((_, i) => i % 4 == 3))
        {
            Assert.Empty(await (await rig.OpenAsync(record.Id, Cancel)).VerifyAsync(null, Cancel));
            SameBytes.Check(databases[record.Id], await rig.RestoreAsync(record.Id, Cancel));
        }
        Assert.True(SizeOf(store) < before);
    }

    [Fact]
    public async Task Backup_AfterARepack_StoresItsOwnChangesOnly()
    {
        var made = await LiveAsync(days: 12);
        await PruneForGoodAsync(made.SkipLast(1));
        Assert.Equal(1, (await rig.Repository.ReadRecordAsync(made[^1].Id, Cancel)).Revision);
        TestDatabase.Execute(Database, "UPDATE grades SET points = points + 1 WHERE id = 77");

        SnapshotRecord next;
        await using (var writer = await rig.Repository.BeginAsync(Cancel))
        {
            next = await rig.BackupAsync(writer, Database, files, Cancel);
            Assert.Empty(writer.Notices);
        }

        Assert.InRange(next.AddedBytes, 1, 10_000);
        await AssertWholeAsync(next);
        await PruneForGoodAsync([made[^1]]);
        await AssertWholeAsync(next);
    }

    [Fact]
    public async Task Prune_AnyCallOfTheStoreFailsInARepack_AllIsWholeAndTheNextOneFinishes()
    {
        var made = await LiveAsync(days: 8, rows: 2000);
        var before = store.Objects.ToDictionary(item => item.Key, item => item.Value);
        var calls = store.Calls;
        await PruneAsync(made.SkipLast(1));
        calls = store.Calls - calls;
        Assert.Equal(1, (await rig.Repository.ReadRecordAsync(made[^1].Id, Cancel)).Revision);
        for (var failing = 3; failing <= calls; failing += calls / 25)
        {
            Reset(before);
            store.Fault = StoreFault.Fail;
            store.FaultAt = store.Calls + failing;
            await Assert.ThrowsAnyAsync<Core.Messages.PortalException>(() => PruneAsync(made.SkipLast(1)));
            store.FaultAt = null;

            foreach (var id in await rig.Repository.ListAsync(Cancel))
                Assert.Empty(await (await rig.OpenAsync(id, Cancel)).VerifyAsync(null, Cancel));
            var left = (await rig.Repository.ListAsync(Cancel)).ToHashSet();
            await PruneForGoodAsync(made.SkipLast(1).Where(record => left.Contains(record.Id)));
            await AssertWholeAsync(made[^1]);
        }
    }

    [Fact]
    public async Task Read_InProgressWhileThePackIsReplaced_IsNotDisturbed()
    {
        var made = await LiveAsync(days: 12);
        var reader = await rig.OpenAsync(made[^1].Id, Cancel);

        await PruneAsync(made.SkipLast(1));

        Assert.Equal(1, (await rig.Repository.ReadRecordAsync(made[^1].Id, Cancel)).Revision);
        Assert.Empty(await reader.VerifyAsync(null, Cancel));
    }

    /// <summary>School days: rows change here and there, some are added, files come and go.</summary>
    private async Task<List<SnapshotRecord>> LiveAsync(int days, int rows = 6000)
    {
        SampleDatabase.Create(Database, rows);
        var random = new Random(5);
        var made = new List<SnapshotRecord>();
        for (var day = 0; day < days; day++)
        {
            TestDatabase.Execute(Database, $"UPDATE grades SET note = note || '!', points = {day} WHERE id % {rows / 25} = {random.Next(rows / 25)}");
            SampleDatabase.Add(Database, 20, seed: day);
            files[$"letter-{day % 7}"] = Noise(random, 4000);
            if (day % 5 == 0)
                files["film"] = Noise(random, 400_000);
            made.Add(await rig.BackupAsync(Database, files, Cancel));
            clock.Advance(TimeSpan.FromHours(24));
        }
        return made;
    }

    private static byte[] Noise(Random random, int size)
    {
        var bytes = new byte[size];
        random.NextBytes(bytes);
        return bytes;
    }

    private static long SizeOf(FaultyStore objects) =>
        objects.Objects.Where(item => !RepositoryLayout.IsTombstones(item.Key)).Sum(item => (long)item.Value.Length);

    private Task<Core.Pruning.PrunePlan> PruneAsync(IEnumerable<SnapshotRecord> giveUp) =>
        new Core.Pruning.RepositoryPruning(rig.Repository, clock, new Core.Pruning.NoPruneCheckpoint())
            .RunAsync([.. giveUp.Select(record => record.Id)], [], () => { }, Cancel);

    private async Task PruneForGoodAsync(IEnumerable<SnapshotRecord> giveUp)
    {
        await PruneAsync(giveUp);
        clock.Advance(Tombstones.Grace);
        await PruneAsync([]);
    }

    private async Task<Dictionary<SnapshotId, byte[]>> ReadAllAsync(List<SnapshotRecord> made)
    {
        var databases = new Dictionary<SnapshotId, byte[]>();
        foreach (var record in made)
            databases[record.Id] = await rig.RestoreAsync(record.Id, Cancel);
        return databases;
    }

    private async Task AssertWholeAsync(SnapshotRecord newest)
    {
        var reader = await rig.OpenAsync(newest.Id, Cancel);
        Assert.Empty(await reader.VerifyAsync(null, Cancel));
        SameBytes.Check(await File.ReadAllBytesAsync(Database, Cancel), await rig.RestoreAsync(newest.Id, Cancel));
        Assert.Equal(files.Keys.Order(StringComparer.Ordinal), reader.Files.Select(file => file.Path));
        foreach (var (path, bytes) in files)
            SameBytes.Check(bytes, await RepositoryRig.ReadAsync(reader, path, Cancel));
        Assert.Empty(await reader.CheckPresenceAsync(Cancel));
    }

    private void Reset(Dictionary<string, byte[]> objects)
    {
        store.Objects.Clear();
        foreach (var (key, bytes) in objects)
            store.Objects[key] = bytes;
    }
}
