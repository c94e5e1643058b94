using BackupPortal.Core.Messages;

namespace BackupPortal.Core.Repository;

/// <summary>Turns a map into work by frame: the whole frames, those of older pages among them, then the differences to these.</summary>
internal sealed class DatabasePlan
{
    private readonly Dictionary<(string Pack, int Frame), FrameWork> frames = [];
    private readonly Dictionary<string, List<long>> older = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PackIndex?> indexes = new(StringComparer.Ordinal);
    private readonly PackShelf packs;
    private readonly Action<Message>? problem;

    private DatabasePlan(PackShelf packs, Action<Message>? problem)
    {
        this.packs = packs;
        this.problem = problem;
    }

    /// <summary>In the order of packs and frames, so that a disk reads forwards.</summary>
    public IReadOnlyList<FrameWork> Whole { get; private set; } = [];

    public IReadOnlyList<FrameWork> Differences { get; private set; } = [];

    /// <summary>Of each pack the slots of pages that differences need, in order.</summary>
    public IReadOnlyDictionary<string, long[]> OlderSlots =>
        older.ToDictionary(item => item.Key, item => item.Value.Distinct().Order().ToArray(), StringComparer.Ordinal);

    /// <param name="problem">Told what is missing or damaged; null to stop at the first of it.</param>
    public static async Task<DatabasePlan> MakeAsync(PageMap map, PackShelf packs, Action<Message>? problem, CancellationToken cancellationToken)
    {
        var plan = new DatabasePlan(packs, problem);
        long page = 0;
        foreach (var run in map.Runs)
        {
            if (!run.IsZeros)
                await plan.AddRunAsync(map.Packs[run.Pack], run, page, cancellationToken);
            page += run.PageCount;
        }
        foreach (var difference in plan.frames.Values.Where(work => work.IsDifference).ToList())
            await plan.AddOlderAsync(difference, map.PageSize, cancellationToken);
        plan.Whole = [.. plan.InOrder(isDifference: false)];
        plan.Differences = [.. plan.InOrder(isDifference: true)];
        return plan;
    }

    private IEnumerable<FrameWork> InOrder(bool isDifference) => frames.Values
        .Where(work => work.IsDifference == isDifference)
        .OrderBy(work => work.Pack.Pack, StringComparer.Ordinal)
        .ThenBy(work => work.Frame);

    private async Task<PackIndex?> IndexOfAsync(string pack, CancellationToken cancellationToken)
    {
        if (indexes.TryGetValue(pack, out var known))
            return known;
        try
        {
            return indexes[pack] = await packs.GetAsync(pack, cancellationToken);
        }
        catch (PortalException e) when (problem is not null)
        {
            problem(e.What);
            return indexes[pack] = null;
        }
    }

    private async Task AddRunAsync(string pack, PageRun run, long page, CancellationToken cancellationToken)
    {
        if (await IndexOfAsync(pack, cancellationToken) is not { } index)
            return;
        try
        {
            for (long done = 0; done < run.PageCount;)
            {
                var slot = run.FirstSlot + done;
                var work = WorkOf(index, index.FrameOfSlot(slot));
                var within = (int)(slot - index.FirstSlotOf(work.Frame));
                var count = (int)Math.Min(run.PageCount - done, index.Frames[work.Frame].PageCount - within);
                work.Parts.Add(new FramePart(within, page + done, count));
                done += count;
            }
        }
        catch (PortalException e) when (problem is not null)
        {
            problem(e.What);
        }
    }

    private async Task AddOlderAsync(FrameWork difference, int pageSize, CancellationToken cancellationToken)
    {
        foreach (var run in difference.Pack.Frames[difference.Frame].Bases)
        {
            if (!older.TryGetValue(run.Pack, out var slots))
                older[run.Pack] = slots = [];
            for (var i = 0; i < run.Length; i++)
                slots.Add(run.Start + i);
            if (await IndexOfAsync(run.Pack, cancellationToken) is not { } index)
                continue;
            try
            {
                for (var slot = run.Start; slot < run.Start + run.Length;)
                {
                    var frame = index.FrameOfSlot(slot);
                    if (index.Frames[frame].Codec == FrameCodec.ZstdDelta)
                        throw RepositoryFault.Damaged(index.Key, $"frame {frame} is a delta, and another delta refers to it");
                    if (index.Frames[frame].PageSize != pageSize)
                        throw RepositoryFault.Damaged(index.Key, $"frame {frame} has pages of another size than a delta that refers to it");
                    WorkOf(index, frame);
                    slot = index.FirstSlotOf(frame) + index.Frames[frame].PageCount;
                }
            }
            catch (PortalException e) when (problem is not null)
            {
                problem(e.What);
            }
        }
    }

    private FrameWork WorkOf(PackIndex index, int frame)
    {
        if (!frames.TryGetValue((index.Pack, frame), out var work))
            frames[(index.Pack, frame)] = work = new FrameWork(index, frame, []);
        return work;
    }
}

/// <summary>A frame, and what of it belongs to the database; nothing when only differences need it.</summary>
internal sealed record FrameWork(PackIndex Pack, int Frame, List<FramePart> Parts)
{
    public bool IsDifference => Pack.Frames[Frame].Codec == FrameCodec.ZstdDelta;
}

/// <param name="Within">First page within the frame.</param>
internal readonly record struct FramePart(int Within, long FirstPage, int Count);
