using BackupPortal.Core.Messages;
using BackupPortal.Core.Snapshots;
using BackupPortal.Tests.Contracts;

namespace BackupPortal.Tests.Repository;

/// <summary>A store that fails or lies at any one call: never a broken snapshot, and the next backup is fine.</summary>
public class FaultTests : RepositorySuite
{
    public FaultTests()
        : this(isEncrypted: false)
    {
    }

    protected FaultTests(bool isEncrypted)
        : base(isEncrypted)
    {
    }

    [Theory]
    [InlineData(StoreFault.Fail)]
    [InlineData(StoreFault.RunFull)]
    [InlineData(StoreFault.Truncate)]
    [InlineData(StoreFault.Garble)]
    [InlineData(StoreFault.Forget)]
    public async Task Backup_StoreFailsAtAnyOneCall_NothingBrokenIsVisibleAndTheNextIsFine(StoreFault fault)
    {
        var database = folder["app.db"];
        var files = new Dictionary<string, byte[]> { ["a"] = new byte[3000], ["b"] = [1, 2, 3] };
        var failed = 0;
        for (var call = 1; ; call++)
        {
            SampleDatabase.Create(folder["first.db"], 20);
            File.Copy(folder["first.db"], database, overwrite: true);
            var store = new FaultyStore();
            var rig = new RepositoryRig(folder, store);
            var first = await rig.BackupAsync(database, null, Cancel);
            SampleDatabase.Add(database, 20, seed: 2);
            var before = store.Calls;
            (store.Fault, store.FaultAt) = (fault, before + call);

            var succeeded = await TryBackupAsync(rig, database, files);
            failed += succeeded ? 0 : 1;
            var isOver = store.Calls < store.FaultAt;
            store.FaultAt = null;

            Assert.Equal(succeeded ? 2 : 1, (await rig.Repository.ListAsync(Cancel)).Count);
            var next = await rig.BackupAsync(database, files, Cancel);
            await AssertAllWholeAsync(rig);
            SameBytes.Check(await File.ReadAllBytesAsync(database, Cancel), await rig.RestoreAsync(next.Id, Cancel));
            SameBytes.Check(await File.ReadAllBytesAsync(folder["first.db"], Cancel), await rig.RestoreAsync(first.Id, Cancel));
            File.Delete(folder["first.db"]);
            if (isOver)
                break;
        }
        Assert.InRange(failed, 4, int.MaxValue);
    }

    private static async Task<bool> TryBackupAsync(RepositoryRig rig, string database, Dictionary<string, byte[]> files)
    {
        try
        {
            await rig.BackupAsync(database, files, Cancel);
            return true;
        }
        catch (PortalException e)
        {
            Assert.NotEmpty(e.Message);
            return false;
        }
    }

    private static async Task AssertAllWholeAsync(RepositoryRig rig)
    {
        foreach (SnapshotId id in await rig.Repository.ListAsync(Cancel))
            Assert.Empty(await (await rig.OpenAsync(id, Cancel)).VerifyAsync(null, Cancel));
    }
}
