using BackupPortal.Core.Messages;
using BackupPortal.Tests.Contracts;

namespace BackupPortal.Tests.Repository;

public sealed class PageHashFileTests : IDisposable
{
    private readonly TestFolder folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Backup_StoreFailsAtAnyOneCall_LeavesNoFileOfHashesBehind()
    {
        var failed = 0;
        for (var (call, isOver) = (1, false); !isOver; call++)
        {
            var store = new FaultyStore();
            var rig = new RepositoryRig(folder, store);
            await RawDatabase.WriteAsync(folder["app.db"], pageCount: 20, Cancel);
            await rig.BackupAsync(folder["app.db"], cancellationToken: Cancel);
            await RawDatabase.WriteAsync(folder["app.db"], pageCount: 20, Cancel, seed: 2);
            // So that the hashes are found out by decoding, into a file of their own.
            File.Delete(Path.Combine(folder["cache"], "page-hashes"));
            (store.Fault, store.FaultAt) = (StoreFault.Fail, store.Calls + call);
            try
            {
                await rig.BackupAsync(folder["app.db"], cancellationToken: Cancel);
            }
            catch (PortalException)
            {
                failed++;
            }
            isOver = store.Calls < store.FaultAt;

            Assert.DoesNotContain(Names(), name => name != "page-hashes");
        }
        Assert.InRange(failed, 4, int.MaxValue);
    }

    [Fact]
    public async Task Backup_GivenUp_TheHashesOfTheNewestSnapshotStay()
    {
        var store = new FaultyStore();
        var rig = new RepositoryRig(folder, store);
        await RawDatabase.WriteAsync(folder["app.db"], pageCount: 20, Cancel);
        await rig.BackupAsync(folder["app.db"], cancellationToken: Cancel);
        await RawDatabase.WriteAsync(folder["app.db"], pageCount: 20, Cancel, seed: 2);
        await using (var writer = await rig.Repository.BeginAsync(Cancel))
            await writer.StoreDatabaseAsync(folder["app.db"], null, Cancel);

        Assert.Equal(["page-hashes"], Names());
    }

    private IEnumerable<string?> Names() => Directory.EnumerateFiles(folder["cache"]).Select(Path.GetFileName);
}
