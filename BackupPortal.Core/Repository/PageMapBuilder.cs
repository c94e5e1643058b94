namespace BackupPortal.Core.Repository;

/// <summary>
/// Gathers where pages are, in page order; only the first page may come last. Pages that are being stored get slots of a stream of their own until
/// their real place is known.
/// </summary>
internal sealed class PageMapBuilder
{
    // Runs name what they are in by its number: a pack's from 0 on, a stream's below that of zeros. There may be hundreds of thousands of them.
    private readonly List<PageRun> runs = [];
    private readonly List<string> packs = [];
    private readonly Dictionary<string, int> packNumbers = new(StringComparer.Ordinal);
    private readonly List<IPendingPages> streams = [];
    private PageRun? firstPage;

    /// <summary>Pages of zeros, which are stored nowhere.</summary>
    public void AddZeros(long page) => Add(page, new PageRun(1, PageRun.Zeros, 0));

    public void Add(long page, PagePlace place) => Add(page, new PageRun(1, NumberOf(place.Pack), place.Slot));

    /// <param name="slot">How many pages were added to the stream before.</param>
    public void AddPending(long page, IPendingPages stream, long slot) => Add(page, new PageRun(1, NumberOf(stream), slot));

    public PageMap Build(int pageSize)
    {
        var settled = new List<PageRun>(runs.Count + 1);
        if (firstPage is { } first)
            Settle(settled, first);
        foreach (var run in runs)
            Settle(settled, run);
        var used = settled.Where(run => !run.IsZeros).Select(run => run.Pack).Distinct().OrderBy(number => packs[number], StringComparer.Ordinal).ToList();
        var numbers = new int[packs.Count];
        for (var i = 0; i < used.Count; i++)
            numbers[used[i]] = i;
        long pageCount = 0;
        for (var i = 0; i < settled.Count; i++)
        {
            pageCount += settled[i].PageCount;
            if (!settled[i].IsZeros)
                settled[i] = settled[i] with { Pack = numbers[settled[i].Pack] };
        }
        return new PageMap(pageSize, pageCount, [.. used.Select(number => packs[number])], settled);
    }

    private int NumberOf(string pack)
    {
        if (packNumbers.TryGetValue(pack, out var number))
            return number;
        packs.Add(pack);
        return packNumbers[pack] = packs.Count - 1;
    }

    private int NumberOf(IPendingPages stream)
    {
        var index = streams.IndexOf(stream);
        if (index < 0)
        {
            index = streams.Count;
            streams.Add(stream);
        }
        return PageRun.Zeros - 1 - index;
    }

    private void Add(long page, PageRun run)
    {
        if (page == 0)
            firstPage = run;
        else
            Append(runs, run);
    }

    private void Settle(List<PageRun> settled, PageRun run)
    {
        if (run.Pack >= PageRun.Zeros)
        {
            Append(settled, run);
            return;
        }
        var stream = streams[PageRun.Zeros - 1 - run.Pack];
        for (long done = 0; done < run.PageCount;)
        {
            var (place, count) = stream.PlaceOf(run.FirstSlot + done, run.PageCount - done);
            Append(settled, new PageRun(count, NumberOf(place.Pack), place.Slot));
            done += count;
        }
    }

    private static void Append(List<PageRun> runs, PageRun run)
    {
        if (runs.Count > 0 && runs[^1] is var last && last.Pack == run.Pack && (run.IsZeros || last.FirstSlot + last.PageCount == run.FirstSlot))
            runs[^1] = last with { PageCount = last.PageCount + run.PageCount };
        else
            runs.Add(run);
    }
}

/// <summary>Pages on their way into packs.</summary>
internal interface IPendingPages
{
    /// <summary>Where a page went, and how many from it on, <paramref name="atMost"/>, follow it there.</summary>
    (PagePlace Place, long Count) PlaceOf(long slot, long atMost);
}
