using BackupPortal.Core.Storage;

namespace BackupPortal.Core.Repository;

/// <summary>The frames decoded last, up to a bound. Safe for concurrent use; a frame asked for by several at once is decoded once.</summary>
internal sealed class FrameCache(int maxBytes)
{
    private readonly Lock gate = new();
    private readonly Dictionary<(string Pack, int Frame), LinkedListNode<Entry>> known = [];
    private readonly LinkedList<Entry> byUse = [];
    private long size;

    /// <summary>The frame, which stays valid until it is disposed. A failure to decode is the caller's and everybody's who waits; it is not remembered.</summary>
    public async Task<CachedFrame> GetAsync((string Pack, int Frame) key, Func<Task<PooledBytes>> decode)
    {
        var entry = Take(key, decode);
        try
        {
            return new CachedFrame(this, entry, await entry.Bytes.Value);
        }
        catch
        {
            Forget(entry);
            throw;
        }
    }

    private Entry Take((string Pack, int Frame) key, Func<Task<PooledBytes>> decode)
    {
        lock (gate)
        {
            if (known.TryGetValue(key, out var node))
                byUse.Remove(node);
            else
                known[key] = node = new LinkedListNode<Entry>(new Entry(key, new Lazy<Task<PooledBytes>>(decode)));
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

    private void GiveBack(Entry entry, int length)
    {
        lock (gate)
        {
            entry.Users--;
            if (!entry.IsCounted)
            {
                entry.IsCounted = true;
                size += length;
            }
            for (var node = byUse.Last; node is not null && size > maxBytes;)
            {
                var (oldest, next) = (node.Value, node.Previous);
                if (oldest is { Users: 0, IsCounted: true })
                {
                    byUse.Remove(node);
                    known.Remove(oldest.Key);
                    var bytes = oldest.Bytes.Value.Result;
                    size -= bytes.Length;
                    bytes.Dispose();
                }
                node = next;
            }
        }
    }

    internal sealed class Entry((string Pack, int Frame) key, Lazy<Task<PooledBytes>> bytes)
    {
        public (string Pack, int Frame) Key { get; } = key;

        public Lazy<Task<PooledBytes>> Bytes { get; } = bytes;

        public int Users { get; set; }

        public bool IsCounted { get; set; }
    }

    /// <summary>A borrowed frame.</summary>
    internal readonly struct CachedFrame(FrameCache cache, Entry entry, PooledBytes bytes) : IDisposable
    {
        public ReadOnlyMemory<byte> Memory => bytes.Memory;

        public void Dispose() => cache.GiveBack(entry, bytes.Length);
    }
}
