namespace BackupPortal.Core.Repository;

/// <summary>Looks up where a snapshot's pages are, in page order. Not safe for concurrent use.</summary>
/// <param name="lostPacks">Packs that are no longer there: their pages are stored again.</param>
internal sealed class PreviousPages(PageMap map, IReadOnlySet<string> lostPacks)
{
    private readonly bool[] isLost = [.. map.Packs.Select(lostPacks.Contains)];
    private int run;
    private long runStart;

    /// <param name="page">Not before the page of the last call.</param>
    /// <returns>Null when the page is not stored in any pack.</returns>
    public (string Pack, long Slot)? Find(long page)
    {
        while (run < map.Runs.Count && page >= runStart + map.Runs[run].PageCount)
            runStart += map.Runs[run++].PageCount;
        if (run == map.Runs.Count || map.Runs[run] is { IsZeros: true } || isLost[map.Runs[run].Pack])
            return null;
        return (map.Packs[map.Runs[run].Pack], map.Runs[run].FirstSlot + page - runStart);
    }
}
