using BackupPortal.Core.Messages;
using BackupPortal.Core.Repository;
using BackupPortal.Core.Snapshots;
using BackupPortal.Tests.Contracts;

namespace BackupPortal.Tests.Repository;

/// <summary>Damage is named, and what is not hit goes on being read. That no damage whatsoever gives wrong data, <see cref="EveryByteTests"/> shows.</summary>
public class DamageTests : RepositorySuite
{
    private static readonly byte[] content = [.. Enumerable.Range(0, 700).Select(i => (byte)(i / 3))];

    private readonly FaultyStore store = new();
    private readonly List<(SnapshotId Id, byte[] Database)> snapshots = [];

    public DamageTests()
        : this(isEncrypted: false)
    {
    }

    protected DamageTests(bool isEncrypted)
        : base(isEncrypted)
    {
    }

    [Fact]
    public async Task Verify_AnyObjectMissing_NamesIt()
    {
        await MakeTinyRepositoryAsync(useZstd: true);
        foreach (var (key, whole) in store.Objects.Where(item => !item.Key.StartsWith("snapshots/", StringComparison.Ordinal)).ToList())
        {
            store.Objects.Remove(key);
            var problems = await ProblemsAsync();
            store.Objects[key] = whole;

            // Which master key a data key that is gone was wrapped by, nobody can tell.
            var named = key.StartsWith("keys/", StringComparison.Ordinal) ? key[..^"0123456789abcdef.json".Length] : key;
            Assert.Contains(problems, problem => problem.Contains(named, StringComparison.Ordinal));
            Assert.Empty(Directory.EnumerateFiles(folder.Path, "out*"));
        }
        Assert.Empty(await ProblemsAsync());
    }

    [Theory]
    [InlineData("packs")]
    [InlineData("maps")]
    [InlineData("manifests")]
    [InlineData("snapshots")]
    public async Task Verify_ObjectsSwapped_NamesThem(string kind)
    {
        await MakeTinyRepositoryAsync(useZstd: true);
        var keys = store.Objects.Keys.Where(key => key.StartsWith(kind + "/", StringComparison.Ordinal)).Take(2).ToList();
        (store.Objects[keys[0]], store.Objects[keys[1]]) = (store.Objects[keys[1]], store.Objects[keys[0]]);

        var problems = await ProblemsAsync();

        foreach (var key in keys)
            Assert.Contains(problems, problem => problem.Contains(Path.GetFileNameWithoutExtension(key), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Verify_ManyFramesDamaged_GoesOnAndNamesEach()
    {
        await RawDatabase.WriteAsync(folder["app.db"], pageCount: 300, Cancel);
        var rig = new RepositoryRig(folder, store);
        var record = await rig.BackupAsync(folder["app.db"], new Dictionary<string, byte[]> { ["a.txt"] = content }, Cancel);
        var pack = store.Objects[RepositoryLayout.PackKey(record.Packs.Single())];
        pack[100] ^= 1;
        pack[100 + RepositoryLayout.PageFrameSize] ^= 1;

        var problems = await (await rig.OpenAsync(record.Id, Cancel)).VerifyAsync(null, Cancel);

        Assert.Equal(2, problems.Count);
        Assert.Contains("frame 0", problems[0], StringComparison.Ordinal);
        Assert.Contains("frame 1", problems[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Restore_DamagedFrame_DeletesTheTarget()
    {
        await RawDatabase.WriteAsync(folder["app.db"], pageCount: 300, Cancel);
        var rig = new RepositoryRig(folder, store);
        var record = await rig.BackupAsync(folder["app.db"], cancellationToken: Cancel);
        store.Objects[RepositoryLayout.PackKey(record.Packs.Single())][600_000] ^= 1;
        var reader = await rig.OpenAsync(record.Id, Cancel);

        var failure = await Assert.ThrowsAsync<RepositoryException>(() => reader.WriteDatabaseAsync(folder["out"], null, Cancel));

        Assert.Contains(record.Packs.Single(), failure.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(folder["out"]));
    }

    [Fact]
    public async Task ReadRecord_OfANewerFormat_SaysSo()
    {
        await MakeTinyRepositoryAsync(useZstd: true);
        var rig = new RepositoryRig(folder, store);
        var newest = await rig.Repository.ReadRecordAsync(snapshots[^1].Id, Cancel);
        store.Objects[RepositoryLayout.SnapshotKey(newest.Id)] = RecordDocument.Write(newest with { Format = 2 });

        var failure = await Assert.ThrowsAsync<RepositoryException>(() => rig.Repository.ReadRecordAsync(newest.Id, Cancel));
        var atBackup = await Assert.ThrowsAsync<RepositoryException>(() => rig.Repository.BeginAsync(Cancel));

        Assert.Equal(RepositoryFault.NewerKey, failure.What.Key);
        Assert.Equal(RepositoryFault.NewerKey, atBackup.What.Key);
    }

    private async Task MakeTinyRepositoryAsync(bool useZstd)
    {
        var rig = new RepositoryRig(folder, store, useZstd);
        for (var i = 0; i < 2; i++)
        {
            SampleDatabase.Create(folder[$"app{i}.db"], rows: 4, pageSize: 512, seed: i);
            var files = new Dictionary<string, byte[]> { ["a.txt"] = content, [$"b{i}.txt"] = [1, 2, (byte)i] };
            var record = await rig.BackupAsync(folder[$"app{i}.db"], files, Cancel);
            snapshots.Add((record.Id, await File.ReadAllBytesAsync(folder[$"app{i}.db"], Cancel)));
        }
    }

    private async Task<List<string>> ProblemsAsync()
    {
        var rig = new RepositoryRig(folder, store);
        var problems = new List<string>();
        foreach (var (id, _) in snapshots)
        {
            try
            {
                problems.AddRange(await (await rig.OpenAsync(id, Cancel)).VerifyAsync(null, Cancel));
            }
            catch (PortalException e)
            {
                problems.Add(e.Message);
            }
        }
        return problems;
    }
}
