using BackupPortal.Core.Storage;
using BackupPortal.Tests.Repository;

namespace BackupPortal.Tests.Storage;

/// <summary>A repository's disk that runs full, wherever in a backup that happens.</summary>
public sealed class FillLevelTests : IDisposable
{
    private readonly TestFolder folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(8)]
    [InlineData(100)]
    [InlineData(400)]
    [InlineData(1000)]
    public async Task Backup_SoManyKibibytesAreFree_FailsInWordsAndTheEarlierSnapshotStays(int free)
    {
        using var disk = await SmallDisk.MountAsync(folder["disk"], megabytes: 3);
        var rig = new RepositoryRig(folder, new LocalDirectoryStore(disk.Path, TimeProvider.System));
        var small = await RawDatabase.WriteAsync(folder["small.db"], pageCount: 50, Cancel);
        await RawDatabase.WriteAsync(folder["large.db"], pageCount: 500, Cancel, seed: 2);
        var first = await rig.BackupAsync(folder["small.db"], cancellationToken: Cancel);
        var filler = Path.Combine(disk.Path, ".filler");
        await FillAsync(filler, new DriveInfo(disk.Path).AvailableFreeSpace - (free * 1024));

        var failure = await Assert.ThrowsAsync<StorageException>(() => rig.BackupAsync(folder["large.db"], cancellationToken: Cancel));

        Assert.Equal("Full", failure.What.Key);
        Assert.Equal([first.Id], await rig.Repository.ListAsync(Cancel));
        SameBytes.Check(small, await rig.RestoreAsync(first.Id, Cancel));
        // Nobody has to wait for the lease of the one that failed.
        File.Delete(filler);
        await rig.BackupAsync(folder["small.db"], cancellationToken: Cancel);
    }

    private static async Task FillAsync(string file, long length)
    {
        await using var filler = new FileStream(file, FileMode.CreateNew);
        await filler.WriteAsync(new byte[length / 4096 * 4096], Cancel);
    }
}
