using System.Runtime.Versioning;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Pruning;
using BackupPortal.Core.Repository;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Storage;

namespace BackupPortal.Tests.Scenarios;

/// <summary>A pruning process is killed at every step, one after the other; each time all snapshots that are left are whole, and the next prune goes on.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class PruneCrashTests
{
    private static readonly string[] Points =
        ["Marked", "TombstonesKept", "DueDeleted", "Deleted", "RecordsDeleted", "PacksWritten", "MoveNoted", "SnapshotRewritten", "MarkedAgain", "TombstonesWritten"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Prune_KilledAtEveryStep_LeavesEachSnapshotWholeAndTheNextOneGoesOn()
    {
        await using var world = await RestoreWorld.CreateAsync();
        world.Execute("""
            PRAGMA journal_mode = WAL;
            CREATE TABLE state (id INTEGER PRIMARY KEY, value TEXT NOT NULL, filler BLOB);
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
            INSERT INTO state SELECT i, 'then', randomblob(300) FROM n;
            """);
        for (var day = 0; day < 8; day++)
        {
            world.Execute($"UPDATE state SET value = 'day {day}', filler = randomblob(300) WHERE id % 8 = {day}");
            world.Write("letter.txt", new string((char)('a' + day), 5000 + day));
            await world.BackupAsync();
        }
        var repository = world.Portal.Get<TenantRepositories>().Of(world.Tenant);
        var newest = (await repository.ListAsync(Token))[0];

        foreach (var point in Points)
        {
            Assert.True(await PruningProcess.StartAsync(world.Portal.Root.Path, keep: 1, point, Token), point);
            await world.RecoverAsync();
            await AssertWholeAsync(repository);
        }

        var done = await world.SucceedAsync(OperationKind.Prune, new PruneArguments(1, []).ToJson());
        Assert.Contains("1 are kept", done.Outcome!.Summary.ToString(), StringComparison.Ordinal);
        Assert.Equal([newest], await repository.ListAsync(Token));
        Assert.Equal([newest], (await world.Portal.Get<SnapshotIndex>().ListAsync(world.Tenant, Token)).Select(one => one.Id));
        await AssertWholeAsync(repository);
        await world.RestoreAsync(newest);
    }

    [Theory]
    [InlineData("PacksWritten", 1)]
    [InlineData("MoveNoted", 1)]
    [InlineData("SnapshotRewritten", 1)]
    [InlineData("SnapshotRewritten", 2)]
    public async Task Prune_KilledInARepack_IsAsSmallAfterTwoMoreAsIfItHadNotBeen(string point, int occurrence)
    {
        const int keep = 3;
        await using var world = await RestoreWorld.CreateAsync();
        world.Execute("PRAGMA journal_mode = WAL; CREATE TABLE state (id INTEGER PRIMARY KEY, value TEXT NOT NULL, filler BLOB)");
        for (var day = 0; day < 6; day++)
        {
            world.Execute($"""
                DELETE FROM state WHERE id % 6 = {day};
                WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100)
                INSERT INTO state SELECT NULL, 'day {day}', randomblob(700) FROM n;
                """);
            world.Write("letter.txt", new string((char)('a' + day), 5000 + day));
            await world.BackupAsync();
        }
        var killed = world.Portal.Get<TenantRepositories>().Of(world.Tenant);
        var kept = (await killed.ListAsync(Token)).Take(keep).ToList();
        using var folder = new TestFolder();
        CopyFolder(world.Tenant.Home.Repository, folder.Path);
        var store = new LocalDirectoryStore(folder.Path, TimeProvider.System);
        var unhindered = new SnapshotRepository(store, new DirectoryLeases(store, new LeaseOptions(), TimeProvider.System), killed.CacheFolder);

        Assert.True(await PruningProcess.StartAsync(world.Portal.Root.Path, keep, point, Token, occurrence));
        await world.RecoverAsync();
        await AssertWholeAsync(killed);
        foreach (var repository in (SnapshotRepository[])[killed, unhindered])
        {
            var clock = new FakeClock(TimeProvider.System.GetUtcNow());
            await PruneAsync(repository, clock, [.. (await repository.ListAsync(Token)).Skip(keep)]);
            clock.Advance(Tombstones.Grace);
            await PruneAsync(repository, clock, []);
            Assert.Equal(kept, await repository.ListAsync(Token));
            await AssertWholeAsync(repository);
        }

        foreach (var id in kept)
            Assert.Equal(1, (await unhindered.ReadRecordAsync(id, Token)).Revision);
        Assert.Equal(await NeededPacksAsync(killed, kept), PacksIn(world.Tenant.Home.Repository));
        // Pages that were packed in another order share frames with others, which is worth some kilobytes; a snapshot's pages that stay twice are worth a third of it all.
        Assert.InRange(SizeOf(world.Tenant.Home.Repository), 1, SizeOf(folder.Path) * 1.15);
        await world.RestoreAsync(kept[^1]);
    }

    private static Task<PrunePlan> PruneAsync(SnapshotRepository repository, FakeClock clock, IReadOnlyList<SnapshotId> giveUp) =>
        new RepositoryPruning(repository, clock, new NoPruneCheckpoint()).RunAsync(giveUp, [], () => { }, Token);

    private static void CopyFolder(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    private static async Task<IEnumerable<string>> NeededPacksAsync(SnapshotRepository repository, IEnumerable<SnapshotId> snapshots)
    {
        SortedSet<string> packs = new(StringComparer.Ordinal);
        foreach (var id in snapshots)
            packs.UnionWith((await repository.ReadRecordAsync(id, Token)).Packs);
        return packs;
    }

    private static IEnumerable<string> PacksIn(string repository) =>
        Directory.EnumerateFiles(Path.Combine(repository, "packs"), "*", SearchOption.AllDirectories).Select(static file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal);

    /// <summary>Of all that a snapshot may need, and of whatever else lies about; without leases and tombstones.</summary>
    private static long SizeOf(string repository) => new DirectoryInfo(repository).EnumerateFiles("*", SearchOption.AllDirectories)
        .Where(file => Path.GetRelativePath(repository, file.FullName).Split('/')[0] is not ("leases" or "lease" or "tombstones"))
        .Sum(file => file.Length);

    private static async Task AssertWholeAsync(SnapshotRepository repository)
    {
        foreach (var id in await repository.ListAsync(Token))
        {
            var reader = await repository.OpenAsync(await repository.ReadRecordAsync(id, Token), Token);
            Assert.Empty(await reader.VerifyAsync(null, Token));
            Assert.Empty(await reader.CheckPresenceAsync(Token));
        }
    }
}
