using System.Diagnostics.CodeAnalysis;
using BackupPortal.Core.Repository;
using BackupPortal.Core.Storage;

namespace BackupPortal.Tests.Contracts;

/// <summary>Leases of a repository that only this object knows, for stores in memory. They end when they are given back, or when a test ends them.</summary>
/// <param name="store">What the holder writes to, as it is.</param>
[SuppressMessage("Design", "CA1001", Justification = "A lease belongs to whoever acquired it.")]
internal sealed class MemoryLeases(IObjectStore store, TimeSpan? longestWait = null) : IRepositoryLeases
{
    private static readonly TimeSpan pause = TimeSpan.FromMilliseconds(2);

    private readonly Lock gate = new();
    private Held? holder;
    private long newest;

    public async Task<IRepositoryLease> AcquireAsync(CancellationToken cancellationToken)
    {
        var begun = TimeProvider.System.GetTimestamp();
        while (true)
        {
            lock (gate)
            {
                if (holder is null)
                    return holder = new Held(this, ++newest, store);
            }
            if (TimeProvider.System.GetElapsedTime(begun) > (longestWait ?? TimeSpan.FromSeconds(30)))
                throw LeaseFault.Busy(null);
            await Task.Delay(pause, cancellationToken);
        }
    }

    /// <summary>As if whoever has it had not answered for too long.</summary>
    public void TakeAway()
    {
        lock (gate)
            holder = null;
    }

    private sealed class Held : IRepositoryLease
    {
        private readonly MemoryLeases leases;

        public Held(MemoryLeases leases, long token, IObjectStore store)
        {
            this.leases = leases;
            Token = token;
            Store = new LeasedStore(store, this);
        }

        public long Token { get; }

        public bool IsFenced => false;

        public IObjectStore Store { get; }

        public Task EnsureHeldAsync(CancellationToken cancellationToken)
        {
            lock (leases.gate)
                return leases.holder == this ? Task.CompletedTask : throw LeaseFault.Lost(null);
        }

        public ValueTask DisposeAsync()
        {
            lock (leases.gate)
                leases.holder = leases.holder == this ? null : leases.holder;
            return ValueTask.CompletedTask;
        }
    }
}
