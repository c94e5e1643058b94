using System.Runtime.Versioning;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Pruning;
using BackupPortal.Core.Repository;

namespace BackupPortal.Tests.Scenarios;

/// <summary>A pruning process is killed at every step, one after the other; each time all snapshots that are left are whole, and the next prune goes on.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class PruneCrashTests
{
    private static readonly string[] Points =
        ["Marked", "TombstonesKept", "DueDeleted", "Deleted", "RecordsDeleted", "PacksWritten", "SnapshotRewritten", "MarkedAgain", "TombstonesWritten"];

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
