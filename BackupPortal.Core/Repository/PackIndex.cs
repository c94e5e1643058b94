using BackupPortal.Core.Encryption;

namespace BackupPortal.Core.Repository;

/// <summary>A pack's footer: where each frame and each page is. Immutable.</summary>
internal sealed class PackIndex
{
    private readonly long[] offsets;
    private readonly long[] firstSlots;

    public PackIndex(string pack, IReadOnlyList<FrameEntry> frames)
    {
        Pack = pack;
        Frames = frames;
        offsets = new long[frames.Count + 1];
        firstSlots = new long[frames.Count + 1];
        offsets[0] = PackFormat.HeaderSize;
        for (var i = 0; i < frames.Count; i++)
        {
            offsets[i + 1] = offsets[i] + frames[i].StoredLength;
            firstSlots[i + 1] = firstSlots[i] + frames[i].PageCount;
        }
    }

    public string Pack { get; }

    /// <summary>What its frames are encrypted with; null for a plain pack.</summary>
    public PackSeal? Seal { get; init; }

    public string Key => RepositoryLayout.PackKey(Pack);

    public IReadOnlyList<FrameEntry> Frames { get; }

    /// <summary>Packs that the deltas of this one refer to.</summary>
    public IEnumerable<string> BasePacks => Frames.SelectMany(frame => frame.Bases).Select(run => run.Pack).Distinct(StringComparer.Ordinal);

    /// <summary>Where the frames end and the footer begins.</summary>
    public long FramesEnd => offsets[^1];

    public long OffsetOf(int frame) => offsets[frame];

    public long FirstSlotOf(int frame) => firstSlots[frame];

    public bool HasSlot(long slot) => slot >= 0 && slot < firstSlots[^1];

    /// <exception cref="RepositoryException">There is no such slot.</exception>
    public int FrameOfSlot(long slot)
    {
        if (!HasSlot(slot))
            throw RepositoryFault.Damaged(Key, $"it has no page {slot}");
        var found = Array.BinarySearch(firstSlots, slot);
        if (found < 0)
            return ~found - 1;
        // Frames without pages share their first slot with the frame after them.
        while (firstSlots[found + 1] == slot)
            found++;
        return found;
    }
}
