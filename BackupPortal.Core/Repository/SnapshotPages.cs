namespace BackupPortal.Core.Repository;

/// <summary>A snapshot's database, page by page, in any order. Safe for concurrent use.</summary>
internal sealed class SnapshotPages : IPlacedPages
{
    private readonly PageMap map;
    private readonly long[] runStarts;
    private readonly DecodedFrames frames;

    /// <param name="frames">Of the same repository; stays the caller's.</param>
    public SnapshotPages(PageMap map, DecodedFrames frames)
    {
        this.map = map;
        this.frames = frames;
        runStarts = new long[map.Runs.Count];
        for (var i = 1; i < runStarts.Length; i++)
            runStarts[i] = runStarts[i - 1] + map.Runs[i - 1].PageCount;
    }

    public int PageSize => map.PageSize;

    public long PageCount => map.PageCount;

    public PagePlace? PlaceOf(long page)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((ulong)page, (ulong)map.PageCount, nameof(page));
        var found = Array.BinarySearch(runStarts, page);
        var number = found >= 0 ? found : ~found - 1;
        var run = map.Runs[number];
        return run.IsZeros ? null : new PagePlace(map.Packs[run.Pack], run.FirstSlot + page - runStarts[number]);
    }

    /// <summary>Takes a page's content from whoever has it at hand, so that no frame needs to be decoded for it.</summary>
    public void Keep(long page, ReadOnlySpan<byte> content)
    {
        if (PlaceOf(page) is { } place)
            frames.Keep(place, content);
    }

    public void Read(long page, Span<byte> target)
    {
        if (PlaceOf(page) is { } place)
            frames.Read(place, target);
        else
            target.Clear();
    }
}
