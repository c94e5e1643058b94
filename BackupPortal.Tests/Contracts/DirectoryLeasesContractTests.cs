using BackupPortal.Core.Repository;
using BackupPortal.Core.Storage;

namespace BackupPortal.Tests.Contracts;

public sealed class DirectoryLeasesContractTests : RepositoryLeasesContract, IDisposable
{
    private readonly TestFolder folder = new();
    private readonly LocalDirectoryStore store;

    public DirectoryLeasesContractTests() => store = new LocalDirectoryStore(folder["repository"], TimeProvider.System);

    protected override IObjectStore Store => store;

    protected override IRepositoryLeases WaitingAtMost(TimeSpan longestWait) =>
        new DirectoryLeases(store, new LeaseOptions { LongestWait = longestWait }, TimeProvider.System);

    public void Dispose() => folder.Dispose();

    protected override void TakeAway()
    {
        // What a waiter does when it has waited long enough; it then gives it back.
        var folders = new LeaseFolders(store.Root);
        var token = folders.Newest() + 1;
        var holder = new LeaseHolder("other", 30_000, DateTimeOffset.UnixEpoch, LeaseProcess.Describe("elsewhere"));
        Assert.True(folders.TryTake(token, holder));
        folders.GiveBack(token);
    }
}
