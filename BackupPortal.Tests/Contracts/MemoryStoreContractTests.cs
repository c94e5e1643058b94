using BackupPortal.Core.Storage;

namespace BackupPortal.Tests.Contracts;

public sealed class MemoryStoreContractTests : ObjectStoreContract
{
    protected override IObjectStore Store { get; } = new MemoryStore();
}
