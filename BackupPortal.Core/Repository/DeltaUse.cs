namespace BackupPortal.Core.Repository;

/// <summary>Which pages that snapshots name are stored as differences, and to which whole pages. Immutable.</summary>
internal sealed class DeltaUse
{
    private readonly Dictionary<PagePlace, PagePlace> bases = [];
    private readonly Dictionary<PagePlace, int> deltas = [];

    /// <summary>The whole page that a page is stored as the difference to; null for one that is stored whole, or in a way of its own.</summary>
    public PagePlace? BaseOf(PagePlace page) => bases.TryGetValue(page, out var basis) ? basis : null;

    /// <summary>How many pages in use are stored as differences to a whole page.</summary>
    public int DeltasOf(PagePlace basis) => deltas.GetValueOrDefault(basis);

    /// <param name="repeated">What is stored twice; differences to both of two equal pages then count as differences to one.</param>
    public static DeltaUse Of(IReadOnlyDictionary<string, PackUse> uses, RepeatedContent? repeated = null)
    {
        var found = new DeltaUse();
        foreach (var use in uses.Values)
        {
            for (var frame = 0; frame < use.Index.Frames.Count; frame++)
                found.Add(use, frame, repeated);
        }
        return found;
    }

    private void Add(PackUse use, int frame, RepeatedContent? repeated)
    {
        var entry = use.Index.Frames[frame];
        // Only a delta that has one older page for each of its pages tells which belongs to which.
        if (entry.Kind != FrameKind.Pages || entry.Codec != FrameCodec.ZstdDelta || entry.Bases.Sum(run => (long)run.Length) != entry.PageCount)
            return;
        var slot = use.Index.FirstSlotOf(frame);
        foreach (var run in entry.Bases)
        {
            for (var i = 0; i < run.Length; i++, slot++)
            {
                if (!use.Pages[(int)slot])
                    continue;
                var basis = new PagePlace(run.Pack, run.Start + i);
                basis = repeated?.OnlyOf(basis) ?? basis;
                bases[new PagePlace(use.Index.Pack, slot)] = basis;
                deltas[basis] = deltas.GetValueOrDefault(basis) + 1;
            }
        }
    }
}
