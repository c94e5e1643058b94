using BackupPortal.Core.Storage;
using BackupPortal.Tests.Repository;

namespace BackupPortal.Tests.Storage;

public sealed class FullDiskTests : IDisposable
{
    private readonly TestFolder folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Backup_DiskRunsFull_FailsInWordsAndTheEarlierSnapshotStays()
    {
        using var disk = await SmallDisk.MountAsync(folder["disk"], megabytes: 2);
        var rig = new RepositoryRig(folder, new LocalDirectoryStore(disk.Path, TimeProvider.System));
        var small = await RawDatabase.WriteAsync(folder["small.db"], pageCount: 50, Cancel);
        await RawDatabase.WriteAsync(folder["large.db"], pageCount: 1000, Cancel, seed: 2);
        var first = await rig.BackupAsync(folder["small.db"], cancellationToken: Cancel);

        var failure = await Assert.ThrowsAsync<StorageException>(() => rig.BackupAsync(folder["large.db"], cancellationToken: Cancel));

        Assert.Equal("Full", failure.What.Key);
        Assert.Equal([first.Id], await rig.Repository.ListAsync(Cancel));
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(disk.Path, ".tmp")));
        SameBytes.Check(small, await rig.RestoreAsync(first.Id, Cancel));
    }

    [Fact]
    public async Task Restore_DiskRunsFull_FailsInWordsAndLeavesNothing()
    {
        using var disk = await SmallDisk.MountAsync(folder["disk"], megabytes: 1);
        await RawDatabase.WriteAsync(folder["app.db"], pageCount: 1000, Cancel);
        var rig = new RepositoryRig(folder);
        var reader = await rig.OpenAsync((await rig.BackupAsync(folder["app.db"], cancellationToken: Cancel)).Id, Cancel);

        var failure = await Assert.ThrowsAsync<StorageException>(
            () => reader.WriteDatabaseAsync(Path.Combine(disk.Path, "app.db"), null, Cancel));

        Assert.Equal("Full", failure.What.Key);
        Assert.Empty(Directory.EnumerateFileSystemEntries(disk.Path));
    }
}
