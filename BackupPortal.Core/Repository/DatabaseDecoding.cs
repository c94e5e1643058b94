using System.Collections.Concurrent;
using System.Security.Cryptography;
using BackupPortal.Core.Messages;
using BackupPortal.Core.Storage;

namespace BackupPortal.Core.Repository;

/// <summary>Decodes a database: each frame that it needs once, several at a time.</summary>
internal sealed class DatabaseDecoding(PageMap map, FrameReader frames)
{
    /// <summary>Receives a run of decoded pages, on any thread.</summary>
    public delegate void PageReceiver(long firstPage, ReadOnlySpan<byte> pages);

    /// <summary>Stops at the first failure.</summary>
    /// <param name="receive">Pages of zeros are not handed over.</param>
    /// <returns>The hash of each page.</returns>
    public async Task<PageHashes> RunAsync(PageReceiver? receive, Action<long>? progress, CancellationToken cancellationToken)
    {
        var hashes = new PageHashes(map.PageSize, map.PageCount);
        var plan = await PlanAsync(null, cancellationToken);
        FillZeros(hashes);
        await Parallel.ForEachAsync(plan, cancellationToken, async (item, token) =>
        {
            var bytes = await DecodeAsync(item, hashes, receive, token);
            progress?.Invoke(bytes);
        });
        return hashes;
    }

    /// <summary>Goes on after failures.</summary>
    /// <returns>The hashes, of use only without problems, and what went wrong.</returns>
    public async Task<(PageHashes Hashes, IReadOnlyCollection<Message> Problems)> TryAllAsync(Action<long>? progress, CancellationToken cancellationToken)
    {
        var problems = new ConcurrentQueue<Message>();
        var hashes = new PageHashes(map.PageSize, map.PageCount);
        var plan = await PlanAsync(problems.Enqueue, cancellationToken);
        FillZeros(hashes);
        await Parallel.ForEachAsync(plan, cancellationToken, async (item, token) =>
        {
            try
            {
                var bytes = await DecodeAsync(item, hashes, null, token);
                progress?.Invoke(bytes);
            }
            catch (PortalException e)
            {
                problems.Enqueue(e.What);
            }
        });
        return (hashes, problems);
    }

    private async Task<long> DecodeAsync(FrameWork item, PageHashes hashes, PageReceiver? receive, CancellationToken cancellationToken)
    {
        var entry = item.Pack.Frames[item.Frame];
        if (entry.PageSize != map.PageSize)
            throw RepositoryFault.Damaged(item.Pack.Key, $"frame {item.Frame} has pages of another size");
        using var own = new PooledBytes(entry.PageCount * RepositoryLayout.HashSize);
        using var raw = await frames.ReadAsync(item.Pack, item.Frame, own.Memory, cancellationToken);
        long bytes = 0;
        foreach (var part in item.Parts)
        {
            own.Span.Slice(part.Within * RepositoryLayout.HashSize, part.Count * RepositoryLayout.HashSize).CopyTo(hashes.Of(part.FirstPage, part.Count));
            receive?.Invoke(part.FirstPage, raw.Span.Slice(part.Within * map.PageSize, part.Count * map.PageSize));
            bytes += (long)part.Count * map.PageSize;
        }
        return bytes;
    }

    /// <summary>Turns runs of pages into work by frame.</summary>
    private async Task<IReadOnlyCollection<FrameWork>> PlanAsync(Action<Message>? problem, CancellationToken cancellationToken)
    {
        var plan = new Dictionary<(int Pack, int Frame), FrameWork>();
        var indexes = new PackIndex?[map.Packs.Count];
        for (var i = 0; i < indexes.Length; i++)
            indexes[i] = await FindIndexAsync(map.Packs[i], problem, cancellationToken);
        long page = 0;
        foreach (var run in map.Runs)
        {
            if (!run.IsZeros && indexes[run.Pack] is { } index)
                PlanRun(plan, run, index, page, problem);
            page += run.PageCount;
        }
        return plan.Values;
    }

    private async Task<PackIndex?> FindIndexAsync(string pack, Action<Message>? problem, CancellationToken cancellationToken)
    {
        try
        {
            return await frames.Packs.GetAsync(pack, cancellationToken);
        }
        catch (PortalException e) when (problem is not null)
        {
            problem(e.What);
            return null;
        }
    }

    private static void PlanRun(Dictionary<(int Pack, int Frame), FrameWork> plan, PageRun run, PackIndex index, long page, Action<Message>? problem)
    {
        try
        {
            for (long done = 0; done < run.PageCount;)
            {
                var slot = run.FirstSlot + done;
                var frame = index.FrameOfSlot(slot);
                var within = (int)(slot - index.FirstSlotOf(frame));
                var count = (int)Math.Min(run.PageCount - done, index.Frames[frame].PageCount - within);
                if (!plan.TryGetValue((run.Pack, frame), out var work))
                    plan[(run.Pack, frame)] = work = new FrameWork(index, frame, []);
                work.Parts.Add(new FramePart(within, page + done, count));
                done += count;
            }
        }
        catch (PortalException e) when (problem is not null)
        {
            problem(e.What);
        }
    }

    private void FillZeros(PageHashes hashes)
    {
        var zero = SHA256.HashData(new byte[map.PageSize]);
        long page = 0;
        foreach (var run in map.Runs)
        {
            for (long i = 0; run.IsZeros && i < run.PageCount; i++)
                zero.CopyTo(hashes.Of(page + i));
            page += run.PageCount;
        }
    }

    private sealed record FrameWork(PackIndex Pack, int Frame, List<FramePart> Parts);

    /// <param name="Within">First page within the frame.</param>
    private readonly record struct FramePart(int Within, long FirstPage, int Count);
}
