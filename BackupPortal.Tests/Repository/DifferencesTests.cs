using BackupPortal.Core.Repository;
using BackupPortal.Tests.Contracts;
using BackupPortal.Tests.Sources;

namespace BackupPortal.Tests.Repository;

/// <summary>Changed pages are stored as what differs from older whole pages; never from differences; and not for ever.</summary>
public sealed class DifferencesTests : IDisposable
{
    private const int PageSize = 4096;

    private readonly TestFolder folder = new();
    private readonly FaultyStore store = new();
    private readonly RepositoryRig rig;

    public DifferencesTests() => rig = new RepositoryRig(folder, store);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Database => folder["app.db"];

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Backup_FewBytesOfManyPagesChanged_StoresLittleMoreThanTheseBytes()
    {
        var bytes = await RawDatabase.WriteAsync(Database, pageCount: 500, Cancel);
        await rig.BackupAsync(Database, null, Cancel);
        await ChangeAsync(bytes, every: 5, offset: 100);

        var second = await rig.BackupAsync(Database, null, Cancel);

        // 100 pages of random bytes; whole they would be 409,600 bytes.
        Assert.InRange(second.AddedBytes, 100, 12_000);
        SameBytes.Check(bytes, await rig.RestoreAsync(second.Id, Cancel));
    }

    [Fact]
    public async Task Backup_ManyTimes_EachDifferenceIsToAWholePage()
    {
        var states = new List<byte[]>();
        var bytes = await RawDatabase.WriteAsync(Database, pageCount: 200, Cancel);
        await rig.BackupAsync(Database, null, Cancel);
        states.Add([.. bytes]);
        for (var day = 1; day <= 6; day++)
        {
            await ChangeAsync(bytes, every: 3, offset: 50 * day);
            await rig.BackupAsync(Database, null, Cancel);
            states.Add([.. bytes]);
        }

        var indexes = await IndexesAsync();
        Assert.Equal(6, indexes.Values.Count(index => index.Frames.Any(frame => frame.Codec == FrameCodec.ZstdDelta)));
        foreach (var run in indexes.Values.SelectMany(index => index.Frames).SelectMany(frame => frame.Bases))
        {
            var target = indexes[run.Pack];
            Assert.NotEqual(FrameCodec.ZstdDelta, target.Frames[target.FrameOfSlot(run.Start)].Codec);
        }
        foreach (var (id, state) in (await rig.Repository.ListAsync(Cancel)).Reverse().Zip(states))
            SameBytes.Check(state, await rig.RestoreAsync(id, Cancel));
    }

    [Fact]
    public async Task Restore_AfterManyDays_ReadsEachFrameOnce()
    {
        var bytes = await RawDatabase.WriteAsync(Database, pageCount: 1500, Cancel);
        var newest = await rig.BackupAsync(Database, null, Cancel);
        for (var day = 1; day <= 8; day++)
        {
            await ChangeAsync(bytes, every: 3 + day, offset: 50 * day);
            newest = await rig.BackupAsync(Database, null, Cancel);
        }
        var frames = (await IndexesAsync()).Values.Sum(index => index.Frames.Count);

        var before = store.Calls;
        SameBytes.Check(bytes, await rig.RestoreAsync(newest.Id, Cancel));

        // The record, two documents and their bases, and of each pack size, header and footer.
        Assert.InRange(store.Calls - before, frames / 2, frames + (3 * newest.Packs.Count) + 12);
    }

    [Fact]
    public async Task Backup_PagesRewritten_StoresThemWholeSoThatTheNextDifferenceIsSmall()
    {
        var bytes = await RawDatabase.WriteAsync(Database, pageCount: 200, Cancel);
        await rig.BackupAsync(Database, null, Cancel);
        new Random(5).NextBytes(bytes.AsSpan(10 * PageSize, 20 * PageSize));
        await File.WriteAllBytesAsync(Database, bytes, Cancel);
        var rewritten = await rig.BackupAsync(Database, null, Cancel);
        for (var page = 10; page < 30; page++)
            bytes[(page * PageSize) + 7] ^= 1;
        await File.WriteAllBytesAsync(Database, bytes, Cancel);

        var third = await rig.BackupAsync(Database, null, Cancel);

        Assert.True(rewritten.AddedBytes > 20 * PageSize);
        Assert.InRange(third.AddedBytes, 100, 6_000);
        SameBytes.Check(bytes, await rig.RestoreAsync(third.Id, Cancel));
    }

    [Fact]
    public async Task Backup_PackHardlyUsedAnyMore_IsNotNeededByNewPages()
    {
        var bytes = await RawDatabase.WriteAsync(Database, pageCount: 200, Cancel);
        var first = await rig.BackupAsync(Database, null, Cancel);
        // All but a few pages are other pages now, so that the first pack is on its way out.
        new Random(5).NextBytes(bytes.AsSpan(PageSize, 190 * PageSize));
        await File.WriteAllBytesAsync(Database, bytes, Cancel);
        await rig.BackupAsync(Database, null, Cancel);
        bytes[(195 * PageSize) + 7] ^= 1;
        await File.WriteAllBytesAsync(Database, bytes, Cancel);

        var third = await rig.BackupAsync(Database, null, Cancel);

        var newest = (await IndexesAsync())[third.Packs.Except(first.Packs).Last(pack => third.Packs.Contains(pack))];
        Assert.DoesNotContain(newest.BasePacks, pack => first.Packs.Contains(pack));
        SameBytes.Check(bytes, await rig.RestoreAsync(third.Id, Cancel));
    }

    [Fact]
    public async Task Backup_OlderPagesDamaged_StoresNewOnesWholeAndSaysSo()
    {
        var bytes = await RawDatabase.WriteAsync(Database, pageCount: 200, Cancel);
        var first = await rig.BackupAsync(Database, null, Cancel);
        await ChangeAsync(bytes, every: 1, offset: 9);
        store.Objects[RepositoryLayout.PackKey(first.Packs.Single())][5000] ^= 1;

        await using var writer = await rig.Repository.BeginAsync(Cancel);
        var second = await rig.BackupAsync(writer, Database, null, Cancel);

        Assert.Contains(writer.Notices, notice => notice.Contains(first.Packs.Single(), StringComparison.Ordinal));
        Assert.True(second.AddedBytes > 60 * PageSize);
    }

    [Fact]
    public async Task Backup_BaseOfAnUnchangedDifferenceGone_StoresThatPageAgain()
    {
        var bytes = await RawDatabase.WriteAsync(Database, pageCount: 200, Cancel);
        var first = await rig.BackupAsync(Database, null, Cancel);
        await ChangeAsync(bytes, every: 4, offset: 9);
        await rig.BackupAsync(Database, null, Cancel);
        store.Objects.Remove(RepositoryLayout.PackKey(first.Packs.Single()));

        var third = await rig.BackupAsync(Database, null, Cancel);

        Assert.DoesNotContain(first.Packs.Single(), third.Packs);
        Assert.Empty(await (await rig.OpenAsync(third.Id, Cancel)).VerifyAsync(null, Cancel));
        SameBytes.Check(bytes, await rig.RestoreAsync(third.Id, Cancel));
    }

    [Fact]
    public async Task Backup_FreePages_CostNothingAndTheRestoredDatabaseIsSound()
    {
        TestDatabase.Create(Database, """
            PRAGMA secure_delete=OFF; CREATE TABLE a(x); CREATE TABLE b(x);
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<2000) INSERT INTO b SELECT randomblob(900) FROM n;
            INSERT INTO a SELECT x FROM b LIMIT 100; DROP TABLE b;
            """);

        var record = await rig.BackupAsync(Database, null, Cancel);

        Assert.InRange(record.AddedBytes, 90_000, 160_000);
        await File.WriteAllBytesAsync(folder["restored.db"], await rig.RestoreAsync(record.Id, Cancel), Cancel);
        using var restored = TestDatabase.Open(folder["restored.db"]);
        Assert.Equal("ok", TestDatabase.Scalar(restored, "PRAGMA integrity_check"));
        Assert.Equal(100L, TestDatabase.Scalar(restored, "SELECT count(*) FROM a"));
        Assert.True((long)TestDatabase.Scalar(restored, "PRAGMA freelist_count")! > 400);
    }

    private async Task ChangeAsync(byte[] bytes, int every, int offset)
    {
        for (var page = 1; page < bytes.Length / PageSize; page += every)
            bytes[(page * PageSize) + offset] ^= 1;
        await File.WriteAllBytesAsync(Database, bytes, Cancel);
    }

    private async Task<Dictionary<string, PackIndex>> IndexesAsync()
    {
        using var shelf = new PackShelf(store, Compression.Best, rig.Repository.Cipher);
        var indexes = new Dictionary<string, PackIndex>(StringComparer.Ordinal);
        foreach (var pack in store.Objects.Keys.Where(key => key.EndsWith(".pack", StringComparison.Ordinal)).Select(key => key[9..^5]))
            indexes[pack] = await shelf.GetAsync(pack, Cancel);
        return indexes;
    }
}
