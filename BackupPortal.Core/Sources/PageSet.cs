namespace BackupPortal.Core.Sources;

/// <summary>A set of page numbers, counted from 0: one bit a page.</summary>
internal sealed class PageSet(long pageCount)
{
    private readonly ulong[] bits = new ulong[(pageCount + 63) / 64];

    public static PageSet Empty { get; } = new(0);

    public long Count { get; private set; }

    /// <returns>False when it was there already.</returns>
    public bool Add(long page)
    {
        ref var word = ref bits[page / 64];
        var bit = 1UL << (int)(page % 64);
        if ((word & bit) != 0)
            return false;
        word |= bit;
        Count++;
        return true;
    }

    public bool Contains(long page) => page / 64 < bits.Length && (bits[page / 64] & (1UL << (int)(page % 64))) != 0;
}
