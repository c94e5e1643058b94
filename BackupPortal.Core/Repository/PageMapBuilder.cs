namespace BackupPortal.Core.Repository;

/// <summary>
/// Gathers where pages are, in page order; only the first page may come last. Pages that are being stored get slots of a stream of their own until
/// their real place is known.
/// </summary>
internal sealed class PageMapBuilder
{
    private readonly List<Run> runs = [];
    private Run? firstPage;

    /// <summary>Pages of zeros, which are stored nowhere.</summary>
    public void AddZeros(long page) => Add(page, new Run(1, null, null, 0));

    public void Add(long page, PagePlace place) => Add(page, new Run(1, place.Pack, null, place.Slot));

    /// <param name="slot">How many pages were added to the stream before.</param>
    public void AddPending(long page, IPendingPages stream, long slot) => Add(page, new Run(1, null, stream, slot));

    public PageMap Build(int pageSize)
    {
        var settled = new List<Run>(runs.Count + 1);
        foreach (var run in firstPage is { } first ? runs.Prepend(first) : runs)
        {
            for (long done = 0; done < run.PageCount;)
            {
                var (place, count) = run.Stream is { } stream
                    ? stream.PlaceOf(run.FirstSlot + done, run.PageCount - done)
                    : (new PagePlace(run.Pack!, run.FirstSlot + done), run.PageCount - done);
                Append(settled, new Run(count, place.Pack, null, place.Pack is null ? 0 : place.Slot));
                done += count;
            }
        }
        var packs = settled.Select(run => run.Pack).OfType<string>().Distinct().Order(StringComparer.Ordinal).ToList();
        var numbers = packs.Select((pack, number) => (pack, number)).ToDictionary(item => item.pack, item => item.number, StringComparer.Ordinal);
        return new PageMap(pageSize, settled.Sum(run => run.PageCount), packs,
            [.. settled.Select(run => new PageRun(run.PageCount, run.Pack is null ? PageRun.Zeros : numbers[run.Pack], run.FirstSlot))]);
    }

    private void Add(long page, Run run)
    {
        if (page == 0)
            firstPage = run;
        else
            Append(runs, run);
    }

    private static void Append(List<Run> runs, Run run)
    {
        if (runs.Count > 0 && runs[^1] is var last && last.Continues(run))
            runs[^1] = last with { PageCount = last.PageCount + run.PageCount };
        else
            runs.Add(run);
    }

    /// <param name="Pack">Null for zeros and for what is pending.</param>
    private readonly record struct Run(long PageCount, string? Pack, IPendingPages? Stream, long FirstSlot)
    {
        private bool IsZeros => Pack is null && Stream is null;

        public bool Continues(Run next) =>
            next.Pack == Pack && next.Stream == Stream && (IsZeros || FirstSlot + PageCount == next.FirstSlot);
    }
}

/// <summary>Pages on their way into packs.</summary>
internal interface IPendingPages
{
    /// <summary>Where a page went, and how many from it on, <paramref name="atMost"/>, follow it there.</summary>
    (PagePlace Place, long Count) PlaceOf(long slot, long atMost);
}
