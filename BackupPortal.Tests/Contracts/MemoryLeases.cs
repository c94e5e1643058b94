using System.Diagnostics.CodeAnalysis;
using BackupPortal.Core.Repository;
using BackupPortal.Core.Storage;

namespace BackupPortal.Tests.Contracts;

/// <summary>Leases of a repository that only this object knows, for stores in memory. They end when they are given back, or when a test ends them.</summary>
/// <param name="store">What the holder writes to, as it is.</param>
[SuppressMessage("Design", "CA1001", Justification = "A lease belongs to whoever acquired it, and the semaphore has no handle unless somebody asks for it.")]
internal sealed class MemoryLeases(IObjectStore store) : IRepositoryLeases
{
    private readonly Lock gate = new();
    private readonly SemaphoreSlim free = new(1);
    private Held? holder;
    private long newest;

    public TimeSpan LongestWait { get; set; } = TimeSpan.FromSeconds(30);

    public async Task<IRepositoryLease> AcquireAsync(CancellationToken cancellationToken)
    {
        if (!await free.WaitAsync(LongestWait, cancellationToken))
            throw LeaseFault.Busy(null);
        lock (gate)
            return holder = new Held(this, ++newest, store);
    }

    /// <summary>As if whoever has it had not answered for too long.</summary>
    public void TakeAway()
    {
        lock (gate)
            Free(holder);
    }

    private void Free(Held? lease)
    {
        if (lease is null || holder != lease)
            return;
        holder = null;
        free.Release();
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
                leases.Free(this);
            return ValueTask.CompletedTask;
        }
    }
}
