namespace BackupPortal.Core.Repository;

/// <summary>Gathers where pages are, in page order. Pages that are being stored get slots of a virtual pack until their real place is known.</summary>
internal sealed class PageMapBuilder
{
    private const string Pending = "";

    private readonly List<(long PageCount, string? Pack, long FirstSlot)> runs = [];
    private long pendingSlots;

    /// <param name="pack">Null for pages of zeros.</param>
    public void Add(string? pack, long firstSlot, long pageCount = 1)
    {
        if (runs.Count > 0 && runs[^1] is var last && last.Pack == pack && (pack is null || last.FirstSlot + last.PageCount == firstSlot))
            runs[^1] = last with { PageCount = last.PageCount + pageCount };
        else
            runs.Add((pageCount, pack, pack is null ? 0 : firstSlot));
    }

    public void AddPending() => Add(Pending, pendingSlots++);

    /// <param name="placed">Where the pages that were pending went, in the order in which they were added.</param>
    public PageMap Build(int pageSize, IReadOnlyList<(string Pack, long FirstSlot, int PageCount)> placed)
    {
        var settled = new PageMapBuilder();
        var next = 0;
        var used = 0;
        foreach (var run in runs)
        {
            if (run.Pack != Pending)
            {
                settled.Add(run.Pack, run.FirstSlot, run.PageCount);
                continue;
            }
            for (var left = run.PageCount; left > 0;)
            {
                var place = placed[next];
                var count = (int)Math.Min(left, place.PageCount - used);
                settled.Add(place.Pack, place.FirstSlot + used, count);
                left -= count;
                used += count;
                if (used == place.PageCount)
                    (next, used) = (next + 1, 0);
            }
        }
        return settled.ToMap(pageSize);
    }

    private PageMap ToMap(int pageSize)
    {
        var packs = runs.Select(run => run.Pack).OfType<string>().Distinct().Order(StringComparer.Ordinal).ToList();
        var numbers = packs.Select((pack, number) => (pack, number)).ToDictionary(item => item.pack, item => item.number, StringComparer.Ordinal);
        return new PageMap(pageSize, runs.Sum(run => run.PageCount), packs,
            [.. runs.Select(run => new PageRun(run.PageCount, run.Pack is null ? PageRun.Zeros : numbers[run.Pack], run.FirstSlot))]);
    }
}
