using System.Collections.Concurrent;
using System.Security.Cryptography;
using BackupPortal.Core.Messages;
using BackupPortal.Core.Storage;

namespace BackupPortal.Core.Repository;

/// <summary>Decodes a database: each frame that it needs once, several at a time.</summary>
/// <param name="scratchFolder">For older pages that differences are told to.</param>
internal sealed class DatabaseDecoding(PageMap map, FrameReader frames, string scratchFolder)
{
    /// <summary>Receives a run of decoded pages, on any thread.</summary>
    public delegate void PageReceiver(long firstPage, ReadOnlySpan<byte> pages);

    /// <summary>Stops at the first failure.</summary>
    /// <param name="receive">Pages of zeros are not handed over.</param>
    /// <returns>The hash of each page.</returns>
    public async Task<PageHashes> RunAsync(PageReceiver? receive, Action<long>? progress, CancellationToken cancellationToken)
    {
        var hashes = new PageHashes(map.PageSize, map.PageCount);
        FillZeros(hashes);
        await DecodeAllAsync(hashes, receive, progress, null, cancellationToken);
        return hashes;
    }

    /// <summary>Goes on after failures.</summary>
    /// <returns>The hashes, of use only without problems, and what went wrong.</returns>
    public async Task<(PageHashes Hashes, IReadOnlyCollection<Message> Problems)> TryAllAsync(Action<long>? progress, CancellationToken cancellationToken)
    {
        var problems = new ConcurrentQueue<Message>();
        var hashes = new PageHashes(map.PageSize, map.PageCount);
        FillZeros(hashes);
        await DecodeAllAsync(hashes, null, progress, problems.Enqueue, cancellationToken);
        return (hashes, problems);
    }

    private async Task DecodeAllAsync(
        PageHashes hashes, PageReceiver? receive, Action<long>? progress, Action<Message>? problem, CancellationToken cancellationToken)
    {
        var plan = await DatabasePlan.MakeAsync(map, frames.Packs, problem, cancellationToken);
        using var older = plan.Differences.Count == 0 ? null : new OlderPages(scratchFolder, map.PageSize, plan.OlderSlots);
        foreach (var step in new[] { plan.Whole, plan.Differences })
        {
            await Parallel.ForEachAsync(step, cancellationToken, async (item, token) =>
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
            own.Span.Slice(part.Within * RepositoryLayout.HashSize, part.Count * RepositoryLayout.HashSize).CopyTo(hashes.Of(part.FirstPage, part.Count));
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
}
