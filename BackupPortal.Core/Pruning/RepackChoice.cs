using BackupPortal.Core.Repository;

namespace BackupPortal.Core.Pruning;

/// <summary>
/// Decides which packs are worth writing anew: those that waste most, until little is wasted in all. Pure.
/// </summary>
/// <remarks>
/// Wasted is what no snapshot names and no delta needs; and a delta whose whole older page nothing else needs, since the page itself would take as much as that
/// older one. See docs/decisions/0010-pruning.md for how the limits were found.
/// </remarks>
internal sealed class RepackChoice
{
    /// <summary>The share of all packs' bytes that may be wasted before anything is written anew.</summary>
    private const double Tolerated = 0.08;

    /// <summary>The share that may still be wasted afterwards, so that the next prune has not to do it again.</summary>
    private const double Left = 0.04;

    /// <summary>Packs below this size are small, and put together once there are more than <see cref="ManySmall"/>.</summary>
    private const long SmallBytes = 1 << 20;
    private const int ManySmall = 100;

    private readonly IReadOnlyDictionary<string, long> sizes;
    private readonly IReadOnlyDictionary<string, PackUse> uses;
    private readonly HashSet<string> halfMoved;
    private readonly Dictionary<string, double> wasted;

    /// <param name="sizes">Of all packs that are needed, in bytes.</param>
    /// <param name="uses">What of them is in use; a pack that is not among them is needed by its name alone.</param>
    /// <param name="halfDone">Moves to be finished, whatever else pays.</param>
    public RepackChoice(IReadOnlyDictionary<string, long> sizes, IReadOnlyDictionary<string, PackUse> uses, IReadOnlyList<PackMove> halfDone)
    {
        halfMoved = halfDone.SelectMany(move => move.From.Concat(move.To)).Where(uses.ContainsKey).ToHashSet(StringComparer.Ordinal);
        this.sizes = sizes;
        this.uses = uses;
        wasted = sizes.ToDictionary(pack => pack.Key, pack => uses.ContainsKey(pack.Key) ? 0.0 : pack.Value, StringComparer.Ordinal);
        DeltaUse = DeltaUse.Of(uses);
        foreach (var use in uses.Values.Where(use => sizes.ContainsKey(use.Index.Pack)))
            Count(use);
    }

    public DeltaUse DeltaUse { get; }

    /// <summary>Bytes that would be saved by writing all packs anew.</summary>
    public long WastedBytes => (long)wasted.Values.Sum();

    /// <summary>The packs to write anew, with all whose deltas refer to them; empty when it does not pay.</summary>
    public IReadOnlySet<string> Packs()
    {
        var chosen = new HashSet<string>(StringComparer.Ordinal);
        // A pack that came after the listing belongs to somebody else who writes at the same time: better another day.
        if (uses.Keys.Any(pack => !sizes.ContainsKey(pack)))
            return chosen;
        chosen.UnionWith(halfMoved);
        var total = sizes.Values.Sum();
        var rest = wasted.Values.Sum() - chosen.Sum(pack => wasted[pack]);
        if (rest > total * Tolerated)
        {
            foreach (var pack in wasted.Where(pack => pack.Value > 0 && !halfMoved.Contains(pack.Key)).OrderByDescending(pack => pack.Value / sizes[pack.Key]).Select(pack => pack.Key))
            {
                if (rest <= total * Left)
                    break;
                chosen.Add(pack);
                rest -= wasted[pack];
            }
        }
        var small = sizes.Where(pack => pack.Value < SmallBytes).Select(pack => pack.Key).ToList();
        if (small.Count > ManySmall)
            chosen.UnionWith(small);
        return WithDeltas(chosen);
    }

    /// <summary>An estimate of what writing packs anew saves.</summary>
    /// <remarks>Without what a half done move holds twice: that is only known once it has been decoded.</remarks>
    public long SavedBytes(IEnumerable<string> packs) => (long)packs.Sum(pack => wasted[pack]);

    private HashSet<string> WithDeltas(HashSet<string> chosen)
    {
        for (var before = -1; before != chosen.Count;)
        {
            before = chosen.Count;
            foreach (var use in uses.Values.Where(use => use.Index.BasePacks.Any(chosen.Contains)))
                chosen.Add(use.Index.Pack);
        }
        return chosen;
    }

    private void Count(PackUse use)
    {
        for (var frame = 0; frame < use.Index.Frames.Count; frame++)
        {
            var entry = use.Index.Frames[frame];
            var needed = entry.Kind == FrameKind.Pages ? NeededPages(use, frame) : NeededBytes(use, frame);
            wasted[use.Index.Pack] += entry.StoredLength * (1 - needed);
        }
    }

    private double NeededPages(PackUse use, int frame)
    {
        var entry = use.Index.Frames[frame];
        var first = use.Index.FirstSlotOf(frame);
        double needed = 0;
        for (var slot = first; slot < first + entry.PageCount; slot++)
        {
            var place = new PagePlace(use.Index.Pack, slot);
            if (use.Pages[(int)slot])
            {
                needed++;
                // A delta whose older page is kept for it alone saves nothing.
                if (DeltaUse.BaseOf(place) is { } basis && DeltaUse.DeltasOf(basis) == 1 && !IsNamed(basis) && wasted.ContainsKey(basis.Pack))
                    wasted[basis.Pack] += (double)entry.StoredLength / entry.PageCount;
            }
            else if (DeltaUse.DeltasOf(place) > 0)
            {
                needed++;
            }
        }
        return needed / entry.PageCount;
    }

    private bool IsNamed(PagePlace place) => uses.TryGetValue(place.Pack, out var use) && use.Pages[(int)place.Slot];

    private static double NeededBytes(PackUse use, int frame) =>
        use.RunsOf(frame, withBases: true).Sum(run => (double)run.Length) / Math.Max(1, use.Index.Frames[frame].RawLength);
}
