using System.Buffers;

namespace BackupPortal.Core.Storage;

/// <summary>
/// Blocks of memory outside the managed heap, for pages and frames. A large array stays with the heap until a full collection finds it, and a pool of arrays
/// keeps some for each thread and size: backups of 1 GB were 15 MB larger through that. A block goes back to the system at once, when more than a few are idle.
/// Safe for concurrent use.
/// </summary>
/// <param name="maxIdleBytes">Kept for the next who ask, at most.</param>
internal sealed class MemoryBlocks(long maxIdleBytes)
{
    private const int Step = 64 * 1024;

    private readonly Lock gate = new();
    private readonly List<MemoryMapping> idle = [];
    private long idleBytes;

    public static MemoryBlocks Shared { get; } = new(8 * 1024 * 1024);

    /// <summary>At least that many bytes, of any content.</summary>
    /// <exception cref="InsufficientMemoryException">The system has no more.</exception>
    public IMemoryOwner<byte> Rent(int bytes)
    {
        var size = (int)Math.Min(((long)bytes + Step - 1) / Step * Step, Array.MaxLength);
        return new MemoryBlock(this, TakeIdle(size) ?? MemoryMapping.Create(size));
    }

    private MemoryMapping? TakeIdle(int size)
    {
        lock (gate)
        {
            var best = -1;
            // Of equal ones the last that was used: it is still in the cores' caches.
            for (var i = idle.Count - 1; i >= 0; i--)
                if (idle[i].Size >= size && idle[i].Size <= 2 * (long)size && (best < 0 || idle[i].Size < idle[best].Size))
                    best = i;
            if (best < 0)
                return null;
            var found = idle[best];
            idle.RemoveAt(best);
            idleBytes -= found.Size;
            return found;
        }
    }

    private void GiveBack(MemoryMapping mapping)
    {
        lock (gate)
        {
            idle.Add(mapping);
            idleBytes += mapping.Size;
            while (idleBytes > maxIdleBytes)
            {
                idleBytes -= idle[0].Size;
                idle[0].Free();
                idle.RemoveAt(0);
            }
        }
    }

    /// <summary>One rented block. It is given back when it is disposed and no call to the system uses it any more.</summary>
    private sealed unsafe class MemoryBlock(MemoryBlocks blocks, MemoryMapping mapping) : MemoryManager<byte>
    {
        private int users = 1;
        private int disposed;

        // A block that somebody forgot, after a failure for example. Whoever works on a block's span still has to pass it on or give it back, so it is
        // not collected before.
#pragma warning disable CA2015
        ~MemoryBlock()
#pragma warning restore CA2015
        {
            mapping.Free();
        }

        public override Span<byte> GetSpan()
        {
            ObjectDisposedException.ThrowIf(disposed != 0, this);
            return new((void*)mapping.Address, mapping.Size);
        }

        public override MemoryHandle Pin(int elementIndex = 0)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)elementIndex, (uint)mapping.Size, nameof(elementIndex));
            ObjectDisposedException.ThrowIf(disposed != 0, this);
            Interlocked.Increment(ref users);
            return new((byte*)mapping.Address + elementIndex, default, this);
        }

        public override void Unpin() => Release();

        protected override void Dispose(bool disposing)
        {
            if (Interlocked.Exchange(ref disposed, 1) == 0)
                Release();
        }

        private void Release()
        {
            if (Interlocked.Decrement(ref users) == 0)
                blocks.GiveBack(mapping);
        }
    }
}
