using BackupPortal.Core.Encryption;
using BackupPortal.Core.Pruning;
using BackupPortal.Core.Repository;
using BackupPortal.Core.Snapshots;
using BackupPortal.Tests.Contracts;
using BackupPortal.Tests.Repository;
using BackupPortal.Tests.Sources;

namespace BackupPortal.Tests.Pruning;

/// <summary>What is written anew stays encrypted; without the key nothing is taken for unneeded.</summary>
public sealed class EncryptedPruneTests : IDisposable
{
    private readonly TestFolder folder = new();
    private readonly FakeClock clock = new(new DateTimeOffset(2026, 11, 20, 20, 0, 0, TimeSpan.Zero));
    private readonly FaultyStore store = new();
    private readonly EncryptionOptions encryption = new() { Enabled = true, MasterKey = MasterKey.Create().Reveal() };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Database => folder["school.db"];

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Prune_PacksWrittenAnew_AreEncryptedAndRestore()
    {
        var rig = new RepositoryRig(folder, store, encryption: encryption) { Clock = clock };
        var made = await LiveAsync(rig);

        var first = await PruneAsync(rig, [.. made.SkipLast(1).Select(record => record.Id)]);
        clock.Advance(TimeSpan.FromHours(25));
        var second = await PruneAsync(rig, []);

        var kept = await rig.Repository.ReadRecordAsync(made[^1].Id, Cancel);
        Assert.Equal(1, kept.Revision);
        Assert.NotEqual(0, first.Repack.Packs);
        Assert.NotEqual(0, second.Delete.Packs);
        Assert.Empty(second.Unknown);
        Assert.NotNull(RecordEnvelope.KeyOf(store.Objects[RepositoryLayout.SnapshotKey(kept.Id, kept.Revision)]));
        Assert.All(kept.Packs, pack => Assert.Equal(1, store.Objects[RepositoryLayout.PackKey(pack)][10]));
        Assert.Single(store.Objects.Keys, key => key.StartsWith("keys/", StringComparison.Ordinal));
        Assert.Empty(await (await rig.OpenAsync(kept.Id, Cancel)).VerifyAsync(null, Cancel));
        SameBytes.Check(await File.ReadAllBytesAsync(Database, Cancel), await rig.RestoreAsync(kept.Id, Cancel));
    }

    [Fact]
    public async Task Prune_WithoutTheKey_DeletesNothing()
    {
        var made = await LiveAsync(new RepositoryRig(folder, store, encryption: encryption) { Clock = clock });
        var before = store.Objects.Keys.Order().ToList();
        var keyless = new RepositoryRig(folder, store, encryption: new EncryptionOptions()) { Clock = clock };

        await Assert.ThrowsAsync<EncryptionException>(() => PruneAsync(keyless, [made[0].Id]));

        Assert.Equal(before, store.Objects.Keys.Order());
    }

    private async Task<List<SnapshotRecord>> LiveAsync(RepositoryRig rig)
    {
        SampleDatabase.Create(Database, 3000);
        var made = new List<SnapshotRecord>();
        for (var day = 0; day < 6; day++)
        {
            TestDatabase.Execute(Database, $"UPDATE grades SET note = note || '!', points = {day} WHERE id % 3 = {day % 3}");
            made.Add(await rig.BackupAsync(Database, null, Cancel));
            clock.Advance(TimeSpan.FromHours(24));
        }
        return made;
    }

    private Task<PrunePlan> PruneAsync(RepositoryRig rig, IReadOnlyList<SnapshotId> giveUp) =>
        new RepositoryPruning(rig.Repository, clock, new NoPruneCheckpoint()).RunAsync(giveUp, [], () => { }, Cancel);
}
