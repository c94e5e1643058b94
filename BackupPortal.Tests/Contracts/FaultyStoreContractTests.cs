using BackupPortal.Core.Storage;

namespace BackupPortal.Tests.Contracts;

/// <summary>The store that other tests trust to be correct until told otherwise.</summary>
public sealed class FaultyStoreContractTests : ObjectStoreContract
{
    protected override IObjectStore Store { get; } = new FaultyStore();
}

/// <summary>Around files, too.</summary>
public sealed class FaultyDirectoryContractTests : ObjectStoreContract, IDisposable
{
    private readonly TestFolder folder = new();

    public FaultyDirectoryContractTests() => Store = new FaultyStore(new LocalDirectoryStore(folder["repository"], TimeProvider.System));

    protected override IObjectStore Store { get; }

    public void Dispose() => folder.Dispose();
}
