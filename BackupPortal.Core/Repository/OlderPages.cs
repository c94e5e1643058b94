using BackupPortal.Core.Storage;

namespace BackupPortal.Core.Repository;

/// <summary>
/// The whole pages that the differences of one database are told to. They are scattered over as many frames as there are pages, so each of these frames
/// is decoded once, and what is needed of it waits in a scratch file. Safe for concurrent use.
/// </summary>
internal sealed class OlderPages : IDisposable
{
    private readonly int pageSize;
    private readonly ScratchFile file;
    private readonly Dictionary<string, (long[] Slots, int First)> needed = new(StringComparer.Ordinal);
    private readonly bool[] isKept;

    /// <param name="folder">For the scratch file, which is gone when this is disposed.</param>
    /// <param name="slots">Of each pack the slots that are needed, in order, each once.</param>
    /// <exception cref="StorageException">The folder cannot be written.</exception>
    public OlderPages(string folder, int pageSize, IReadOnlyDictionary<string, long[]> slots)
    {
        this.pageSize = pageSize;
        var count = 0;
        foreach (var (pack, own) in slots)
        {
            needed.Add(pack, (own, count));
            count += own.Length;
        }
        isKept = new bool[count];
        file = new ScratchFile(folder);
    }

    /// <summary>Keeps what is needed of a decoded frame.</summary>
    public void Keep(string pack, long firstSlot, ReadOnlySpan<byte> pages)
    {
        if (!needed.TryGetValue(pack, out var own))
            return;
        var end = firstSlot + (pages.Length / pageSize);
        for (var i = LowerBound(own.Slots, firstSlot); i < own.Slots.Length && own.Slots[i] < end; i++)
        {
            var number = own.First + i;
            file.Write(pages.Slice((int)(own.Slots[i] - firstSlot) * pageSize, pageSize), (long)number * pageSize);
            Volatile.Write(ref isKept[number], true);
        }
    }

    /// <summary>Puts a difference's reference together.</summary>
    /// <exception cref="RepositoryException">A page of it could not be decoded before.</exception>
    public void Gather(IReadOnlyList<FrameBase> bases, Span<byte> target)
    {
        foreach (var run in bases)
        {
            var own = needed[run.Pack];
            var first = LowerBound(own.Slots, run.Start);
            for (var i = 0; i < run.Length; i++, target = target[pageSize..])
            {
                var number = own.First + first + i;
                if (!Volatile.Read(ref isKept[number]))
                    throw RepositoryFault.Damaged(RepositoryLayout.PackKey(run.Pack), "a delta refers to pages of it that cannot be decoded");
                file.Read(target[..pageSize], (long)number * pageSize);
            }
        }
    }

    public void Dispose() => file.Dispose();

    private static int LowerBound(long[] slots, long slot)
    {
        var found = Array.BinarySearch(slots, slot);
        return found >= 0 ? found : ~found;
    }
}
