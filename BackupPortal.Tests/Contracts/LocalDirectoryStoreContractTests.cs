using BackupPortal.Core.Storage;

namespace BackupPortal.Tests.Contracts;

public sealed class LocalDirectoryStoreContractTests : ObjectStoreContract, IDisposable
{
    private readonly TestFolder folder = new();

    public LocalDirectoryStoreContractTests() => Store = new LocalDirectoryStore(folder["repository"], TimeProvider.System);

    protected override IObjectStore Store { get; }

    public void Dispose() => folder.Dispose();
}
