using BackupPortal.Core.Messages;
using BackupPortal.Core.Pruning;
using BackupPortal.Core.Repository;
using BackupPortal.Core.Storage;
using BackupPortal.Tests.Contracts;
using BackupPortal.Tests.Repository;

namespace BackupPortal.Tests.Pruning;

public sealed class RepositoryPruningTests : IDisposable
{
    private readonly PruneRig rig = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => rig.Dispose();

    [Fact]
    public async Task Prune_SnapshotsGivenUp_DeletesWhatTheyAloneNeededADayLater()
    {
        var made = await rig.BackupSeveralAsync(4);
        var gone = made.Skip(1).Select(record => record.Id).ToArray();
        var before = rig.Objects.Objects.Keys.ToHashSet();

        var first = await rig.PruneAsync(gone);
        await rig.AssertWholeAsync();
        Assert.Equal((3, 1, true), (first.GiveUp.Count, first.Kept, first.Delete.IsNone));
        Assert.Empty(before.Except(rig.Objects.Objects.Keys).Except(gone.Select(id => RepositoryLayout.SnapshotKey(id))));

        rig.Clock.Advance(Tombstones.Grace - TimeSpan.FromSeconds(1));
        Assert.True((await rig.PruneAsync()).Delete.IsNone);
        rig.Clock.Advance(TimeSpan.FromSeconds(1));
        var last = await rig.PruneAsync();

        Assert.Equal(first.Wait, last.Delete);
        Assert.True(last.Wait.IsNone);
        Assert.NotEqual(0, last.Delete.Packs);
        var kept = made[0];
        Assert.Equal(
            kept.Packs.Select(RepositoryLayout.PackKey)
                .Append(RepositoryLayout.MapKey(kept.Database.MapHash))
                .Append(RepositoryLayout.ManifestKey(kept.Files.ManifestHash))
                .Append(RepositoryLayout.SnapshotKey(kept.Id)).Order(StringComparer.Ordinal),
            rig.Objects.Objects.Keys.Where(key => !RepositoryLayout.IsTombstones(key)).Order(StringComparer.Ordinal));
        await rig.AssertWholeAsync();
    }

    [Fact]
    public async Task Plan_OfTheSame_SaysWhatThePruneDoesAndChangesNothing()
    {
        var made = await rig.BackupSeveralAsync(3);
        await rig.PruneAsync(made[0].Id);
        rig.Clock.Advance(TimeSpan.FromDays(2));
        var before = rig.Objects.Objects.ToDictionary(item => item.Key, item => item.Value);

        var plan = await rig.PlanAsync(made[1].Id);

        Assert.Equal(before, rig.Objects.Objects.ToDictionary(item => item.Key, item => item.Value));
        Assert.Equal(plan.ToJson(), (await rig.PruneAsync(made[1].Id)).ToJson());
        Assert.NotEqual(0, plan.Delete.SizeBytes);
        Assert.Equal(rig.Clock.GetUtcNow() + Tombstones.Grace, plan.NextUtc);
        Assert.Equal(plan.ToJson(), PrunePlan.FromJson(plan.ToJson()).ToJson());
    }

    [Fact]
    public async Task Prune_InUseAgain_KeepsItAndWaitsAnewWhenItIsNot()
    {
        var made = await rig.BackupSeveralAsync(2);
        await using var writer = await rig.Repository.BeginAsync(Cancel);
        // The last snapshot is given up while another one is made on top of it, which is then complete.
        await rig.PruneAsync(made[1].Id);
        rig.Clock.Advance(TimeSpan.FromHours(11));
        var again = await rig.BackupAsync(null, writer);
        rig.Clock.Advance(TimeSpan.FromHours(24));
        await rig.PruneAsync();
        await rig.AssertWholeAsync();

        await rig.PruneAsync(again.Id);
        var soon = await rig.PruneAsync();

        Assert.True(soon.Delete.IsNone);
        Assert.Equal(rig.Clock.GetUtcNow() + Tombstones.Grace, soon.NextUtc);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(-400)]
    public async Task Prune_ClockWasSet_DeletesNothingBeforeADayHasPassed(int hours)
    {
        var made = await rig.BackupSeveralAsync(2);
        await rig.PruneAsync(made[0].Id);

        rig.Clock.Jump(TimeSpan.FromHours(hours));
        Assert.True((await rig.PruneAsync()).Delete.IsNone);
        rig.Clock.Advance(TimeSpan.FromHours(23));
        Assert.True((await rig.PruneAsync()).Delete.IsNone);

        rig.Clock.Advance(TimeSpan.FromHours(1));
        Assert.False((await rig.PruneAsync()).Delete.IsNone);
        await rig.AssertWholeAsync();
    }

    [Fact]
    public async Task Prune_AnyCallOfTheStoreFails_AllIsWholeAndTheNextOneFinishes()
    {
        var made = await rig.BackupSeveralAsync(3);
        await rig.PruneAsync(made[0].Id);
        rig.Clock.Advance(TimeSpan.FromDays(2));
        var before = rig.Objects.Objects.ToDictionary(item => item.Key, item => item.Value);
        rig.Expected.Remove(made[1].Id);
        var failures = 0;
        while (true)
        {
            Restore(before);
            rig.Objects.Fault = StoreFault.Fail;
            rig.Objects.FaultAt = rig.Objects.Calls + ++failures;
            var failed = await Record.ExceptionAsync(() => rig.PruneAsync(made[1].Id));
            rig.Objects.FaultAt = null;
            if (failed is null)
                break;
            Assert.IsType<StorageException>(failed);
            if ((await rig.Repository.ListAsync(Cancel)).Contains(made[1].Id))
                Assert.Empty(await (await rig.Backups.OpenAsync(made[1].Id, Cancel)).VerifyAsync(null, Cancel));
            await rig.PruneAsync((await rig.Repository.ListAsync(Cancel)).Where(id => id == made[1].Id).ToList());
            await rig.AssertWholeAsync();
            await rig.AssertNothingIsLeftOverAsync();
        }
        Assert.InRange(failures, 30, 1000);
    }

    [Fact]
    public async Task Prune_RecordUnreadable_AbortsUnlessItIsTheOneGivenUp()
    {
        var made = await rig.BackupSeveralAsync(3);
        var damaged = rig.Objects.Objects[RepositoryLayout.SnapshotKey(made[1].Id)];
        damaged[damaged.Length / 2] ^= 1;
        rig.Expected.Remove(made[1].Id);
        var before = rig.Objects.Objects.Keys.Order().ToList();

        var failure = await Assert.ThrowsAsync<PortalException>(() => rig.PruneAsync(made[0].Id));

        Assert.Equal("CannotRead", failure.What.Key);
        Assert.Contains(made[1].Id.Value, failure.Message, StringComparison.Ordinal);
        Assert.Equal(before, rig.Objects.Objects.Keys.Order());
        await rig.PruneAsync(made[1].Id);
        await rig.AssertWholeAsync();
        await rig.AssertNothingIsLeftOverAsync();
    }

    [Theory]
    [InlineData("maps/")]
    [InlineData("manifests/")]
    [InlineData("packs/")]
    public async Task Prune_SomethingOfAKeptSnapshotMissing_Aborts(string folder)
    {
        var made = await rig.BackupSeveralAsync(2);
        rig.Objects.Objects.Remove(KeysOf(made[1]).First(key => key.StartsWith(folder, StringComparison.Ordinal)));

        var failure = await Assert.ThrowsAsync<PortalException>(() => rig.PruneAsync(made[0].Id));

        Assert.Contains("Nothing was deleted", failure.Message, StringComparison.Ordinal);
        Assert.Contains(made[0].Id, await rig.Repository.ListAsync(Cancel));
    }

    [Fact]
    public async Task Prune_ListingLeavesARecordOut_Aborts()
    {
        var made = await rig.BackupSeveralAsync(2);
        await rig.PruneAsync();
        var forgetful = new ForgetfulStore(rig.Objects, RepositoryLayout.SnapshotKey(made[0].Id));

        var failure = await Assert.ThrowsAsync<PortalException>(
            () => rig.PruneAsync(new RepositoryRig(new TestFolder(), forgetful).Repository, new NoPruneCheckpoint()));

        Assert.Equal("ListingIncomplete", failure.What.Key);
    }

    [Fact]
    public async Task Prune_DeltaFrameAndDeltaMap_KeepsWhatTheyAreRelativeTo()
    {
        using var folder = new TestFolder();
        var deltas = new RepositoryRig(folder, rig.Objects) { Clock = rig.Clock };
        var before = await RawDatabase.WriteAsync(folder["app.db"], pageCount: 200, Cancel);
        var after = before.ToArray();
        for (var page = 0; page < 200; page++)
            after[(page * 4096) + 170] ^= 1;
        var first = await deltas.BackupAsync(folder["app.db"], null, Cancel);
        var second = await DeltaSample.AddAsync(deltas, first, before, after, FrameCodec.ZstdDelta, Cancel);
        // Of a writer that forgot to name, in its record, the pack that its deltas are relative to.
        rig.Objects.Objects[RepositoryLayout.SnapshotKey(second.Id)] = RecordDocument.Write(second with { Packs = [.. second.Packs.Except(first.Packs)] });

        await rig.PruneAsync(first.Id);
        rig.Clock.Advance(TimeSpan.FromDays(2));
        await rig.PruneAsync();

        SameBytes.Check(after, await deltas.RestoreAsync(second.Id, Cancel));
        Assert.Contains(RepositoryLayout.PackKey(first.Packs.Single()), rig.Objects.Objects.Keys);
        Assert.Contains(RepositoryLayout.MapKey(first.Database.MapHash), rig.Objects.Objects.Keys);
    }

    [Fact]
    public async Task Prune_UnknownObjects_AreLeftAloneAndTold()
    {
        await rig.BackupSeveralAsync(1);
        string[] unknown = ["maps/notes", "packs/aa/bb.pack", "packs/readme.txt", "snapshots/what.json"];
        foreach (var key in unknown)
            rig.Objects.Objects[key] = [1];

        await rig.PruneAsync();
        rig.Clock.Advance(TimeSpan.FromDays(2));
        var done = await rig.PruneAsync();

        Assert.Equal(unknown, done.Unknown);
        Assert.All(unknown, key => Assert.Contains(key, rig.Objects.Objects.Keys));
    }

    [Fact]
    public async Task Prune_RemainsOfABackupThatWasGivenUp_AreDeleted()
    {
        await rig.BackupSeveralAsync(1);
        var before = rig.Objects.Objects.Count;
        await using (var writer = await rig.Repository.BeginAsync(Cancel))
        {
            await writer.StoreContentAsync(new MemoryStream([1, 2, 3]), Cancel);
            await writer.StoreManifestAsync([], Cancel);
        }
        Assert.True(rig.Objects.Objects.Count > before);

        await rig.AssertNothingIsLeftOverAsync();
        await rig.AssertWholeAsync();
        Assert.Equal(before, rig.Objects.Objects.Count - 1);
    }

    [Fact]
    public async Task Prune_TombstonesDamaged_WaitsAnew()
    {
        var made = await rig.BackupSeveralAsync(2);
        await rig.PruneAsync(made[0].Id);
        rig.Clock.Advance(TimeSpan.FromDays(2));
        var list = rig.Objects.Objects.Single(item => RepositoryLayout.IsTombstones(item.Key)).Value;
        for (var i = 0; i < list.Length; i++)
        {
            list[i] ^= 2;
            Assert.True((await rig.PlanAsync()).Delete.IsNone);
            list[i] ^= 2;
        }

        Assert.False((await rig.PlanAsync()).Delete.IsNone);
    }

    private static IEnumerable<string> KeysOf(Core.Snapshots.SnapshotRecord record) =>
    [
        RepositoryLayout.MapKey(record.Database.MapHash), RepositoryLayout.ManifestKey(record.Files.ManifestHash),
        .. record.Packs.Select(RepositoryLayout.PackKey),
    ];

    private void Restore(Dictionary<string, byte[]> objects)
    {
        rig.Objects.Objects.Clear();
        foreach (var (key, bytes) in objects)
            rig.Objects.Objects[key] = bytes;
    }
}
