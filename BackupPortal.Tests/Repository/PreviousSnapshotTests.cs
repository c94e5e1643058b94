using BackupPortal.Core.Repository;
using BackupPortal.Core.Snapshots;
using BackupPortal.Tests.Contracts;

namespace BackupPortal.Tests.Repository;

/// <summary>What a backup builds on may be gone or damaged; the new snapshot is whole all the same.</summary>
public class PreviousSnapshotTests : RepositorySuite
{
    private readonly FaultyStore store = new();
    private readonly string database;
    private readonly RepositoryRig rig;
    private readonly Dictionary<string, byte[]> files = new() { ["a.txt"] = [1, 2, 3, 4] };

    public PreviousSnapshotTests()
        : this(isEncrypted: false)
    {
    }

    protected PreviousSnapshotTests(bool isEncrypted)
        : base(isEncrypted)
    {
        database = folder["app.db"];
        rig = new RepositoryRig(folder, store);
        SampleDatabase.Create(database, 3000);
    }

    private string CacheFile => Path.Combine(folder["cache"], "page-hashes");

    [Theory]
    [InlineData("missing")]
    [InlineData("garbled")]
    [InlineData("short")]
    [InlineData("of another state")]
    public async Task Backup_CacheUnusable_FindsTheHashesOutAgain(string how)
    {
        var first = await rig.BackupAsync(database, files, Cancel);
        await SpoilCacheAsync(how);

        var second = await rig.BackupAsync(database, files, Cancel);

        Assert.Equal(first.Database.MapHash, second.Database.MapHash);
        Assert.Empty(await VerifyAsync(second));
    }

    [Fact]
    public async Task Backup_NewestSnapshotDeleted_BuildsOnTheOneBefore()
    {
        var first = await rig.BackupAsync(database, files, Cancel);
        var before = await File.ReadAllBytesAsync(database, Cancel);
        SampleDatabase.Add(database, 100, seed: 2);
        var second = await rig.BackupAsync(database, files, Cancel);
        store.Objects.Remove(RepositoryLayout.SnapshotKey(second.Id));
        SampleDatabase.Add(database, 10, seed: 3);

        var third = await rig.BackupAsync(database, files, Cancel);

        Assert.True(third.AddedBytes < first.AddedBytes / 2);
        Assert.DoesNotContain(third.Packs, pack => second.Packs.Contains(pack) && !first.Packs.Contains(pack));
        SameBytes.Check(await File.ReadAllBytesAsync(database, Cancel), await rig.RestoreAsync(third.Id, Cancel));
        SameBytes.Check(before, await rig.RestoreAsync(first.Id, Cancel));
    }

    [Fact]
    public async Task Begin_NewestRecordDamaged_BuildsOnTheOneBeforeAndSaysSo()
    {
        var first = await rig.BackupAsync(database, files, Cancel);
        var second = await rig.BackupAsync(database, files, Cancel);
        store.Objects[RepositoryLayout.SnapshotKey(second.Id)][50] ^= 1;

        await using var writer = await rig.Repository.BeginAsync(Cancel);

        Assert.Equal(first.Id, writer.Previous!.Id);
        Assert.Contains(writer.Notices, notice => notice.Contains(second.Id.Value, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Backup_PackGone_StoresWhatItHeldAgain()
    {
        var first = await rig.BackupAsync(database, files, Cancel);
        store.Objects.Remove(RepositoryLayout.PackKey(first.Packs.Single()));

        await using var writer = await rig.Repository.BeginAsync(Cancel);
        Assert.Empty(writer.PreviousFiles);
        Assert.NotEmpty(writer.Notices);
        var second = await rig.BackupAsync(writer, database, files, Cancel);

        Assert.Empty(await VerifyAsync(second));
        SameBytes.Check(await File.ReadAllBytesAsync(database, Cancel), await rig.RestoreAsync(second.Id, Cancel));
    }

    [Fact]
    public async Task Backup_PackDamagedAndCacheGone_StoresEverythingAgain()
    {
        var first = await rig.BackupAsync(database, null, Cancel);
        store.Objects[RepositoryLayout.PackKey(first.Packs.Single())][1000] ^= 1;
        File.Delete(CacheFile);

        var second = await rig.BackupAsync(database, null, Cancel);

        Assert.Empty(await VerifyAsync(second));
    }

    [Theory]
    [InlineData("maps")]
    [InlineData("manifests")]
    public async Task Backup_DocumentDamaged_WritesItAnew(string kind)
    {
        await rig.BackupAsync(database, null, Cancel);
        var key = store.Objects.Keys.Single(key => key.StartsWith(kind, StringComparison.Ordinal));
        var whole = store.Objects[key];
        store.Objects[key] = whole[..^1];

        var second = await rig.BackupAsync(database, null, Cancel);

        Assert.Empty(await VerifyAsync(second));
    }

    [Fact]
    public async Task Backup_OnOneMadeWithoutZstd_BothRestore()
    {
        var first = await new RepositoryRig(folder, store, useZstd: false).BackupAsync(database, files, Cancel);
        var before = await File.ReadAllBytesAsync(database, Cancel);
        SampleDatabase.Add(database, 100, seed: 2);
        var second = await rig.BackupAsync(database, files, Cancel);

        Assert.Contains(first.Packs.Single(), second.Packs);
        SameBytes.Check(before, await rig.RestoreAsync(first.Id, Cancel));
        SameBytes.Check(await File.ReadAllBytesAsync(database, Cancel), await rig.RestoreAsync(second.Id, Cancel));
    }

    [Fact]
    public async Task Restore_ZstdFramesWithoutTheLibrary_SaysWhatToInstall()
    {
        var record = await rig.BackupAsync(database, null, Cancel);

        var failure = await Assert.ThrowsAsync<RepositoryException>(() => new RepositoryRig(folder, store, useZstd: false).RestoreAsync(record.Id, Cancel));

        Assert.Equal("NoZstd", failure.What.Key);
    }

    [Fact]
    public async Task Resolve_References_FindTheOneThatIsMeant()
    {
        var empty = await Assert.ThrowsAsync<RepositoryException>(() => rig.Repository.ResolveAsync("latest", Cancel));
        Assert.Equal("NoneYet", empty.What.Key);
        var first = await rig.BackupAsync(database, null, Cancel);
        var second = await rig.BackupAsync(database, null, Cancel);

        Assert.Equal(second.Id, await rig.Repository.ResolveAsync("latest", Cancel));
        Assert.Equal(first.Id, await rig.Repository.ResolveAsync(first.Id.Value, Cancel));
        Assert.Equal(first.Id, await rig.Repository.ResolveAsync(first.Id.Value[..18], Cancel));
        Assert.Equal("Ambiguous", (await Assert.ThrowsAsync<RepositoryException>(() => rig.Repository.ResolveAsync("2026", Cancel))).What.Key);
        Assert.Equal("NoSnapshot", (await Assert.ThrowsAsync<RepositoryException>(() => rig.Repository.ResolveAsync("1999", Cancel))).What.Key);
    }

    private async Task SpoilCacheAsync(string how)
    {
        var bytes = await File.ReadAllBytesAsync(CacheFile, Cancel);
        switch (how)
        {
            case "missing":
                File.Delete(CacheFile);
                break;
            case "short":
                await File.WriteAllBytesAsync(CacheFile, bytes[..^1], Cancel);
                break;
            case "garbled":
                bytes[^5] ^= 1;
                await File.WriteAllBytesAsync(CacheFile, bytes, Cancel);
                break;
            default:
                SampleDatabase.Create(folder["other.db"], 10);
                await new RepositoryRig(folder, new FaultyStore()).BackupAsync(folder["other.db"], null, Cancel);
                break;
        }
    }

    private async Task<IReadOnlyList<string>> VerifyAsync(SnapshotRecord record) => await (await rig.OpenAsync(record.Id, Cancel)).VerifyAsync(null, Cancel);
}
