using BackupPortal.Core.Storage;

namespace BackupPortal.Tests.Contracts;

/// <summary>The store that other tests trust to be correct until told otherwise.</summary>
public sealed class FaultyStoreContractTests : ObjectStoreContract
{
    protected override IObjectStore Store { get; } = new FaultyStore();
}
