using BackupPortal.Core.Messages;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Storage;
using BackupPortal.Tests.Contracts;

namespace BackupPortal.Tests.Repository;

/// <summary>
/// A backup that builds on others, a restore and a verification, with each kind of fault at each call of the store: it fails in words and the older
/// snapshots are whole, or it succeeds and all is whole.
/// </summary>
public sealed class EveryFaultTests : IDisposable
{
    private static readonly Dictionary<string, byte[]> before = new() { ["a"] = Noise(1), ["same"] = Noise(2) };
    private static readonly Dictionary<string, byte[]> after = new() { ["a"] = Noise(3), ["same"] = Noise(2), ["new"] = [1, 2, 3] };

    private readonly TestFolder folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<StoreFault, ReadFault, bool> Faults()
    {
        var all = new TheoryData<StoreFault, ReadFault, bool>();
        foreach (var fault in Enum.GetValues<StoreFault>())
            all.Add(fault, ReadFault.None, false);
        foreach (var fault in Enum.GetValues<ReadFault>().Where(fault => fault != ReadFault.None))
            all.Add(StoreFault.Fail, fault, false);
        // The same through files; not all of them, since each call is synced.
        all.Add(StoreFault.Fail, ReadFault.None, true);
        all.Add(StoreFault.Forget, ReadFault.None, true);
        return all;
    }

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task SecondDay_AnyFaultAtAnyCall_FailsInWordsOrSucceedsAndAllIsWhole(StoreFault fault, ReadFault readFault, bool inADirectory)
    {
        for (var call = 1; ; call++)
        {
            var (rig, store, expected) = await TwoDaysAsync(call, inADirectory);
            (store.Fault, store.ReadFault, store.FaultAt) = (fault, readFault, store.Calls + call);

            var made = await TryAsync(() => rig.BackupAsync(folder["after.db"], after, Cancel));
            var isOver = store.Calls < store.FaultAt;
            store.FaultAt = null;

            var ids = await rig.Repository.ListAsync(Cancel);
            Assert.Equal(expected.Keys.Concat(made is null ? [] : [made.Id]).Select(id => id.Value).OrderDescending(StringComparer.Ordinal), ids.Select(id => id.Value));
            if (made is not null)
                expected[made.Id] = await File.ReadAllBytesAsync(folder["after.db"], Cancel);
            await AssertWholeAsync(rig, expected);
            var next = await rig.BackupAsync(folder["after.db"], after, Cancel);
            await AssertWholeAsync(rig, new() { [next.Id] = await File.ReadAllBytesAsync(folder["after.db"], Cancel) });
            if (isOver)
                break;
            Assert.InRange(call, 1, 500);
        }
    }

    [Theory]
    [InlineData(ReadFault.None)]
    [InlineData(ReadFault.Garble)]
    [InlineData(ReadFault.Truncate)]
    [InlineData(ReadFault.Miss)]
    public async Task Restore_AnyFaultAtAnyCall_FailsInWordsOrGivesTheRightBytes(ReadFault fault)
    {
        var (rig, store, expected) = await TwoDaysAsync(0, inADirectory: false);
        var (id, bytes) = expected.OrderBy(item => item.Key.Value, StringComparer.Ordinal).Last();
        var (failed, call) = (0, 0);
        do
        {
            (store.Fault, store.ReadFault, store.FaultAt) = (StoreFault.Fail, fault, store.Calls + ++call);
            if (await TryAsync(() => rig.RestoreAsync(id, Cancel)) is { } restored)
                SameBytes.Check(bytes, restored);
            else
                failed++;
            Assert.Empty(Directory.GetFiles(folder.Path, "restored-*"));
        }
        while (store.Calls >= store.FaultAt);

        store.FaultAt = null;
        SameBytes.Check(bytes, await rig.RestoreAsync(id, Cancel));
        Assert.InRange(failed, 3, 500);
    }

    [Fact]
    public async Task Restore_AnyCallOvertakenByOthers_GivesTheRightBytes()
    {
        // Of several frames, whole ones and differences: only what is read at the same time can overtake.
        var bytes = await RawDatabase.WriteAsync(folder["app.db"], pageCount: 1500, Cancel);
        var store = new FaultyStore();
        var rig = new RepositoryRig(folder, store);
        await rig.BackupAsync(folder["app.db"], null, Cancel);
        for (var i = 5000; i < bytes.Length; i += 20_000)
            bytes[i] ^= 1;
        await File.WriteAllBytesAsync(folder["app.db"], bytes, Cancel);
        var id = (await rig.BackupAsync(folder["app.db"], null, Cancel)).Id;
        store.ReadFault = ReadFault.Delay;
        var call = 0;
        do
        {
            store.FaultAt = store.Calls + ++call;
            SameBytes.Check(bytes, await rig.RestoreAsync(id, Cancel));
        }
        while (store.Calls >= store.FaultAt);

        Assert.InRange(store.Overtakings, 1, call);
    }

    [Theory]
    [InlineData(ReadFault.None)]
    [InlineData(ReadFault.Garble)]
    [InlineData(ReadFault.Truncate)]
    [InlineData(ReadFault.Miss)]
    public async Task Verify_AnyFaultAtAnyCall_FailsInWordsOrTellsOfIt(ReadFault fault)
    {
        var (rig, store, expected) = await TwoDaysAsync(0, inADirectory: false);
        var id = expected.Keys.OrderBy(item => item.Value, StringComparer.Ordinal).Last();
        var (clean, told) = (0, 0);
        for (var call = 1; ; call++)
        {
            (store.Fault, store.ReadFault, store.FaultAt) = (StoreFault.Fail, fault, store.Calls + call);
            var found = await TryAsync(async () => await (await rig.OpenAsync(id, Cancel)).VerifyAsync(null, Cancel));
            var isOver = store.Calls < store.FaultAt;
            store.FaultAt = null;
            if (isOver)
                break;
            if (found is { Count: 0 })
                clean++;
            else
                told++;
        }
        // A lie about a byte that nobody needs, or to a call that it does not concern, changes nothing.
        Assert.InRange(told, 5, 500);
        Assert.True(fault != ReadFault.None || clean == 0);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Backup_NewestSnapshotsAreNotListedYet_AllAreWholeInOrderAndNoneIsLost(int late)
    {
        var (rig, store, expected) = await TwoDaysAsync(0, inADirectory: false);
        store.ListedLate = late;

        for (var day = 0; day < 3; day++)
        {
            SampleDatabase.Add(folder["after.db"], 5, seed: 10 + day);
            var made = await rig.BackupAsync(folder["after.db"], after, Cancel);
            expected[made.Id] = await File.ReadAllBytesAsync(folder["after.db"], Cancel);
        }

        store.ListedLate = 0;
        Assert.Equal(
            expected.Keys.Reverse().Select(id => id.Value), (await rig.Repository.ListAsync(Cancel)).Select(id => id.Value));
        await AssertWholeAsync(rig, expected);
    }

    private static byte[] Noise(int seed)
    {
        var bytes = new byte[5000];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    /// <returns>Null when it failed in words.</returns>
    private static async Task<T?> TryAsync<T>(Func<Task<T>> act)
        where T : class
    {
        try
        {
            return await act();
        }
        catch (PortalException e)
        {
            Assert.NotEmpty(e.Message);
            return null;
        }
    }

    private static async Task AssertWholeAsync(RepositoryRig rig, Dictionary<SnapshotId, byte[]> expected)
    {
        foreach (var (id, database) in expected)
        {
            Assert.Empty(await (await rig.OpenAsync(id, Cancel)).VerifyAsync(null, Cancel));
            SameBytes.Check(database, await rig.RestoreAsync(id, Cancel));
        }
    }

    /// <summary>Two snapshots, the second of which is stored as differences, and a third state to back up.</summary>
    private async Task<(RepositoryRig Rig, FaultyStore Store, Dictionary<SnapshotId, byte[]> Expected)> TwoDaysAsync(int number, bool inADirectory)
    {
        if (!File.Exists(folder["after.db"]))
        {
            SampleDatabase.Create(folder["first.db"], 60);
            Copy("first.db", "before.db");
            SampleDatabase.Add(folder["before.db"], 3, seed: 2);
            Copy("before.db", "after.db");
            SampleDatabase.Add(folder["after.db"], 3, seed: 3);
        }
        // No two runs know anything of each other.
        if (Directory.Exists(folder["cache"]))
            Directory.Delete(folder["cache"], recursive: true);
        var store = new FaultyStore(inADirectory ? new LocalDirectoryStore(folder[$"repository-{number}"], TimeProvider.System) : new MemoryStore());
        var rig = new RepositoryRig(folder, store);
        var expected = new Dictionary<SnapshotId, byte[]>();
        foreach (var name in new[] { "first.db", "before.db" })
            expected[(await rig.BackupAsync(folder[name], before, Cancel)).Id] = await File.ReadAllBytesAsync(folder[name], Cancel);
        return (rig, store, expected);
    }

    private void Copy(string from, string to) => File.Copy(folder[from], folder[to]);
}
