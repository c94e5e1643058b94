namespace BackupPortal.Core.Repository;

/// <summary>The frames decoded last, up to a few megabytes. Safe for concurrent use; a frame asked for twice at once is decoded once or twice.</summary>
internal sealed class FrameCache
{
    private const int MaxBytes = 8 * 1024 * 1024;

    private readonly Lock gate = new();
    private readonly Dictionary<(string Pack, int Frame), LinkedListNode<((string Pack, int Frame) Key, byte[] Bytes)>> known = [];
    private readonly LinkedList<((string Pack, int Frame) Key, byte[] Bytes)> byUse = [];
    private int size;

    public async Task<ReadOnlyMemory<byte>> GetAsync((string Pack, int Frame) key, Func<Task<byte[]>> decode)
    {
        lock (gate)
        {
            if (known.TryGetValue(key, out var node))
            {
                byUse.Remove(node);
                byUse.AddFirst(node);
                return node.Value.Bytes;
            }
        }
        var bytes = await decode();
        lock (gate)
        {
            if (known.TryAdd(key, null!))
            {
                known[key] = byUse.AddFirst((key, bytes));
                size += bytes.Length;
            }
            while (size > MaxBytes && byUse.Last is { } oldest && byUse.Count > 1)
            {
                byUse.RemoveLast();
                known.Remove(oldest.Value.Key);
                size -= oldest.Value.Bytes.Length;
            }
        }
        return bytes;
    }
}
