using System.Runtime.Versioning;
using BackupPortal.Core.Repository;
using BackupPortal.Core.Storage;

namespace BackupPortal.Tests.Model;

/// <summary>Leases whose holder's calls of the store are calls like all others: what happens at a call can happen at them too.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed class WorldLeases(IRepositoryLeases inner, WorldStore store) : IRepositoryLeases
{
    public async Task<IRepositoryLease> AcquireAsync(CancellationToken cancellationToken) =>
        new Watched(await inner.AcquireAsync(cancellationToken), store);

    private sealed class Watched(IRepositoryLease inner, WorldStore store) : IRepositoryLease
    {
        public long Token => inner.Token;

        public bool IsFenced => inner.IsFenced;

        public IObjectStore Store { get; } = store.Beside(inner.Store);

        public Task EnsureHeldAsync(CancellationToken cancellationToken) => inner.EnsureHeldAsync(cancellationToken);

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
