namespace BackupPortal.Core.Repository;

/// <summary>Where the pages of the snapshot that is built on are, and which whole pages new ones can be told apart from. Safe for concurrent use.</summary>
internal sealed class PreviousPages
{
    // A pack that the snapshot hardly uses any more must be free to go: nothing new is made to need it.
    private const int LeastUsedShare = 8;

    private readonly PageMap map;
    private readonly long[] runStarts;
    private readonly bool[] isLost;
    private readonly PackIndex?[] indexes;
    private readonly Dictionary<string, PackIndex> bases = new(StringComparer.Ordinal);
    private readonly HashSet<string> lostPacks;

    private PreviousPages(PageMap map, IEnumerable<string> lostPacks)
    {
        this.map = map;
        this.lostPacks = [.. lostPacks];
        runStarts = new long[map.Runs.Count];
        for (var i = 1; i < runStarts.Length; i++)
            runStarts[i] = runStarts[i - 1] + map.Runs[i - 1].PageCount;
        isLost = [.. map.Packs.Select(this.lostPacks.Contains)];
        indexes = new PackIndex?[map.Packs.Count];
    }

    /// <param name="lostPacks">Packs that are no longer there: their pages, and deltas of these, are stored again.</param>
    /// <param name="notice">Told which packs cannot be read.</param>
    public static async Task<PreviousPages> LoadAsync(
        PageMap map, IEnumerable<string> lostPacks, PackShelf packs, Action<string> notice, CancellationToken cancellationToken)
    {
        var pages = new PreviousPages(map, lostPacks);
        for (var i = 0; i < map.Packs.Count; i++)
        {
            if (pages.isLost[i])
                continue;
            try
            {
                pages.indexes[i] = await packs.GetAsync(map.Packs[i], cancellationToken);
            }
            catch (RepositoryException e) when (e.What.Key != RepositoryFault.NewerKey)
            {
                notice($"{e.What} What the pack held is stored again.");
                pages.isLost[i] = true;
                pages.lostPacks.Add(map.Packs[i]);
            }
        }
        pages.FindBases();
        return pages;
    }

    /// <returns>Null when the page is not stored in any pack, or cannot be had any more.</returns>
    public PagePlace? Find(long page)
    {
        if (page >= map.PageCount)
            return null;
        var run = RunOf(page);
        if (map.Runs[run] is var found && (found.IsZeros || isLost[found.Pack]))
            return null;
        var slot = found.FirstSlot + page - runStarts[run];
        var index = indexes[found.Pack]!;
        return index.HasSlot(slot) && !NeedsWhatIsLost(index.Frames[index.FrameOfSlot(slot)]) ? new PagePlace(index.Pack, slot) : null;
    }

    /// <summary>The whole page that a new version of a page can be stored as a difference to.</summary>
    /// <returns>Null when there is none, or when it would keep a pack alive that is on its way out.</returns>
    public PagePlace? FindBase(long page)
    {
        if (Find(page) is not { } place)
            return null;
        var index = indexes[map.Runs[RunOf(page)].Pack]!;
        var frame = index.FrameOfSlot(place.Slot);
        var entry = index.Frames[frame];
        var whole = entry.Codec == FrameCodec.ZstdDelta ? BaseOf(entry, place.Slot - index.FirstSlotOf(frame)) : place;
        return whole is { } found && bases.ContainsKey(found.Pack) ? whole : null;
    }

    /// <summary>The bases of a delta frame are its own pages' older versions, one each, or they are of no use here.</summary>
    private static PagePlace? BaseOf(FrameEntry delta, long within)
    {
        if (delta.Bases.Sum(run => (long)run.Length) != delta.PageCount)
            return null;
        foreach (var run in delta.Bases)
        {
            if (within < run.Length)
                return new PagePlace(run.Pack, run.Start + within);
            within -= run.Length;
        }
        return null;
    }

    private int RunOf(long page)
    {
        var found = Array.BinarySearch(runStarts, page);
        return found >= 0 ? found : ~found - 1;
    }

    private bool NeedsWhatIsLost(FrameEntry frame) =>
        lostPacks.Count > 0 && frame.Bases.Any(run => lostPacks.Contains(run.Pack));

    private void FindBases()
    {
        var used = new long[map.Packs.Count];
        foreach (var run in map.Runs.Where(run => !run.IsZeros))
            used[run.Pack] += run.PageCount;
        for (var i = 0; i < used.Length; i++)
        {
            if (indexes[i] is { } index && used[i] * LeastUsedShare >= index.Frames.Sum(frame => frame.Codec == FrameCodec.ZstdDelta ? 0L : frame.PageCount))
                bases.Add(index.Pack, index);
        }
    }
}
