using BackupPortal.Core.Repository;
using BackupPortal.Core.Storage;

namespace BackupPortal.Tests.Contracts;

public sealed class MemoryLeasesContractTests : RepositoryLeasesContract
{
    private readonly MemoryLeases leases;

    public MemoryLeasesContractTests() => leases = new MemoryLeases(Store);

    protected override IObjectStore Store { get; } = new FaultyStore();

    protected override IRepositoryLeases WaitingAtMost(TimeSpan longestWait)
    {
        leases.LongestWait = longestWait;
        return leases;
    }

    protected override void TakeAway() => leases.TakeAway();
}
