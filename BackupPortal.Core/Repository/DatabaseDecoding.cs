using System.Collections.Concurrent;
using BackupPortal.Core.Messages;
using BackupPortal.Core.Storage;

namespace BackupPortal.Core.Repository;

/// <summary>Decodes a database: each frame that it needs once, several at a time.</summary>
/// <param name="scratchFolder">For hashes, and for older pages that differences are told to.</param>
internal sealed class DatabaseDecoding(PageMap map, FrameReader frames, string scratchFolder)
{
    /// <summary>Receives a run of decoded pages, on any thread.</summary>
    public delegate void PageReceiver(long firstPage, ReadOnlySpan<byte> pages);

    /// <summary>As quickly as it goes. Stops at the first failure.</summary>
    /// <param name="receive">Pages of zeros are not handed over.</param>
    /// <returns>The hash of each page.</returns>
    public async Task<PageHashes> RunAsync(PageReceiver? receive, Action<long>? progress, CancellationToken cancellationToken)
    {
        var hashes = new PageHashes(scratchFolder, map.PageSize, map.PageCount);
        try
        {
            await DecodeAllAsync(TaskScheduler.Default, hashes, receive, progress, null, cancellationToken);
            return hashes;
        }
        catch
        {
            hashes.Dispose();
            throw;
        }
    }

    /// <summary>With the processor time that nobody else wants. Goes on after failures.</summary>
    /// <returns>The root hash, null when something went wrong, and what that was.</returns>
    public async Task<(string? Root, IReadOnlyCollection<Message> Problems)> TryAllAsync(Action<long>? progress, CancellationToken cancellationToken)
    {
        var problems = new ConcurrentQueue<Message>();
        using var hashes = new PageHashes(scratchFolder, map.PageSize, map.PageCount);
        await DecodeAllAsync(LowPriorityThreads.Shared, hashes, null, progress, problems.Enqueue, cancellationToken);
        return (problems.IsEmpty ? hashes.Root() : null, problems);
    }

    private async Task DecodeAllAsync(
        TaskScheduler threads, PageHashes hashes, PageReceiver? receive, Action<long>? progress, Action<Message>? problem, CancellationToken cancellationToken)
    {
        var options = new ParallelOptions { TaskScheduler = threads, CancellationToken = cancellationToken };
        var plan = await DatabasePlan.MakeAsync(map, frames.Packs, problem, cancellationToken);
        using var older = plan.Differences.Count == 0 ? null : new OlderPages(scratchFolder, map.PageSize, plan.OlderSlots);
        foreach (var step in new[] { plan.Whole, plan.Differences })
        {
            await Parallel.ForEachAsync(step, options, async (item, token) =>
            {
                try
                {
                    var bytes = await DecodeAsync(item, older, hashes, receive, token);
                    progress?.Invoke(bytes);
                }
                catch (PortalException e) when (problem is not null)
                {
                    problem(e.What);
                }
            });
        }
    }

    private async Task<long> DecodeAsync(
        FrameWork item, OlderPages? older, PageHashes hashes, PageReceiver? receive, CancellationToken cancellationToken)
    {
        var entry = item.Pack.Frames[item.Frame];
        if (entry.PageSize != map.PageSize)
            throw RepositoryFault.Damaged(item.Pack.Key, $"frame {item.Frame} has pages of another size");
        using var own = new PooledBytes(entry.PageCount * RepositoryLayout.HashSize);
        using var reference = item.IsDifference ? Gather(entry, older!, item.Pack.Key) : null;
        using var raw = await frames.ReadAsync(item.Pack, item.Frame, own.Memory, reference, cancellationToken);
        if (!item.IsDifference)
            older?.Keep(item.Pack.Pack, item.Pack.FirstSlotOf(item.Frame), raw.Span);
        long bytes = 0;
        foreach (var part in item.Parts)
        {
            hashes.Set(part.FirstPage, own.Span.Slice(part.Within * RepositoryLayout.HashSize, part.Count * RepositoryLayout.HashSize));
            receive?.Invoke(part.FirstPage, raw.Span.Slice(part.Within * map.PageSize, part.Count * map.PageSize));
            bytes += (long)part.Count * map.PageSize;
        }
        return bytes;
    }

    private PooledBytes Gather(FrameEntry entry, OlderPages older, string key)
    {
        var length = entry.Bases.Sum(run => (long)run.Length * map.PageSize);
        if (length > RepositoryLayout.MaxFrameSize)
            throw RepositoryFault.Damaged(key, "a delta refers to more bytes than a frame can have");
        var reference = new PooledBytes((int)length);
        try
        {
            older.Gather(entry.Bases, reference.Span);
            return reference;
        }
        catch
        {
            reference.Dispose();
            throw;
        }
    }
}
