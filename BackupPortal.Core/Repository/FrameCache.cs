using BackupPortal.Core.Storage;

namespace BackupPortal.Core.Repository;

/// <summary>The frames decoded last, up to a bound. Safe for concurrent use; a frame asked for by several at once is decoded once.</summary>
/// <param name="decode">Decodes a frame, given its pack and number.</param>
internal sealed class FrameCache(int maxBytes, Func<PackIndex, int, Task<PooledBytes>> decode)
{
    private readonly Lock gate = new();
    private readonly Dictionary<(string Pack, int Frame), LinkedListNode<Entry>> known = [];
    private readonly LinkedList<Entry> byUse = [];
    private long size;

    /// <summary>The frame, which stays valid until it is disposed. A failure to decode is the caller's and everybody's who waits; it is not remembered.</summary>
    public ValueTask<CachedFrame> GetAsync(PackIndex pack, int frame)
    {
        var entry = Take((pack.Pack, frame), out var isNew);
        if (isNew)
            return new(DecodeAsync(entry, pack, frame));
        return entry.Bytes is { } bytes ? new(new CachedFrame(this, entry, bytes)) : new(WaitAsync(entry));
    }

    private async Task<CachedFrame> DecodeAsync(Entry entry, PackIndex pack, int frame)
    {
        try
        {
            var bytes = await decode(pack, frame);
            lock (gate)
            {
                entry.Bytes = bytes;
                size += bytes.Length;
            }
            entry.Decoded.SetResult(bytes);
            return new CachedFrame(this, entry, bytes);
        }
        catch (Exception e)
        {
            Forget(entry);
            entry.Decoded.SetException(e);
            // Nobody may be waiting for it.
            _ = entry.Decoded.Task.Exception;
            throw;
        }
    }

    private async Task<CachedFrame> WaitAsync(Entry entry)
    {
        try
        {
            return new CachedFrame(this, entry, await entry.Decoded.Task);
        }
        catch
        {
            Forget(entry);
            throw;
        }
    }

    private Entry Take((string Pack, int Frame) key, out bool isNew)
    {
        lock (gate)
        {
            isNew = !known.TryGetValue(key, out var node);
            if (node is null)
                known[key] = node = new LinkedListNode<Entry>(new Entry(key));
            else
                byUse.Remove(node);
            byUse.AddFirst(node);
            node.Value.Users++;
            return node.Value;
        }
    }

    private void Forget(Entry entry)
    {
        lock (gate)
        {
            entry.Users--;
            if (known.TryGetValue(entry.Key, out var node) && node.Value == entry)
            {
                known.Remove(entry.Key);
                byUse.Remove(node);
            }
        }
    }

    private void GiveBack(Entry entry)
    {
        lock (gate)
        {
            entry.Users--;
            for (var node = byUse.Last; node is not null && size > maxBytes;)
            {
                var (oldest, next) = (node.Value, node.Previous);
                if (oldest is { Users: 0, Bytes: { } bytes })
                {
                    byUse.Remove(node);
                    known.Remove(oldest.Key);
                    size -= bytes.Length;
                    bytes.Dispose();
                }
                node = next;
            }
        }
    }

    internal sealed class Entry((string Pack, int Frame) key)
    {
        public (string Pack, int Frame) Key { get; } = key;

        /// <summary>For those who asked while it was being decoded.</summary>
        public TaskCompletionSource<PooledBytes> Decoded { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Null until it is decoded.</summary>
        public PooledBytes? Bytes { get; set; }

        public int Users { get; set; }
    }

    /// <summary>A borrowed frame.</summary>
    internal readonly struct CachedFrame(FrameCache cache, Entry entry, PooledBytes bytes) : IDisposable
    {
        public ReadOnlyMemory<byte> Memory => bytes.Memory;

        public void Dispose() => cache.GiveBack(entry);
    }
}
