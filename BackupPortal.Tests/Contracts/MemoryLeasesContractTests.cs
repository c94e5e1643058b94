using BackupPortal.Core.Repository;
using BackupPortal.Core.Storage;

namespace BackupPortal.Tests.Contracts;

public sealed class MemoryLeasesContractTests : RepositoryLeasesContract
{
    private readonly MemoryLeases leases;

    public MemoryLeasesContractTests() => leases = new MemoryLeases(Store, TimeSpan.FromSeconds(0.5));

    protected override IObjectStore Store { get; } = new FaultyStore();

    protected override IRepositoryLeases Leases => leases;

    protected override void TakeAway() => leases.TakeAway();
}
