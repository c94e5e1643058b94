using System.Collections.Concurrent;
using BackupPortal.Core.Storage;

namespace BackupPortal.Core.Repository;

/// <summary>
/// Pages of a repository in any order. Each frame is decoded once, when the first of its pages is asked for, and then waits in a scratch file: memory does
/// not grow with what is read. Safe for concurrent use.
/// </summary>
/// <param name="scratchFolder">For the scratch file, which is gone when this is disposed.</param>
internal sealed class DecodedFrames(PackShelf packs, string scratchFolder) : IDisposable
{
    private readonly FrameReader frames = new(packs);
    private readonly ScratchFile file = new(scratchFolder);
    private readonly Dictionary<(string Pack, int Frame), long> offsets = [];
    private readonly ConcurrentDictionary<PagePlace, long> kept = [];
    private readonly Lock gate = new();
    private long end;

    /// <summary>Waits for the store, where the page's frame has not been decoded yet.</summary>
    /// <exception cref="RepositoryException">The frame is missing or damaged.</exception>
    public void Read(PagePlace place, Span<byte> target)
    {
        if (kept.TryGetValue(place, out var known))
        {
            file.Read(target, known);
            return;
        }
        var pack = Wait(packs.GetAsync(place.Pack, CancellationToken.None));
        var frame = pack.FrameOfSlot(place.Slot);
        if (pack.Frames[frame].PageSize != target.Length)
            throw RepositoryFault.Damaged(pack.Key, $"frame {frame} has pages of another size");
        file.Read(target, OffsetOf(pack, frame) + ((place.Slot - pack.FirstSlotOf(frame)) * target.Length));
    }

    /// <summary>Spares a frame's decoding for a page that is at hand, and will be asked for.</summary>
    /// <param name="content">What is stored there: the caller knows by its hash.</param>
    public void Keep(PagePlace place, ReadOnlySpan<byte> content)
    {
        long offset;
        lock (gate)
        {
            offset = end;
            end += content.Length;
        }
        file.Write(content, offset);
        kept[place] = offset;
    }

    public void Dispose()
    {
        file.Dispose();
        packs.Dispose();
    }

    // One at a time: whoever asks next most likely wants a page of the same frame.
    private long OffsetOf(PackIndex pack, int frame)
    {
        lock (gate)
        {
            if (!offsets.TryGetValue((pack.Pack, frame), out var offset))
                offsets[(pack.Pack, frame)] = offset = Decode(pack, frame);
            return offset;
        }
    }

    private long Decode(PackIndex pack, int frame)
    {
        var entry = pack.Frames[frame];
        using var reference = entry.Codec == FrameCodec.ZstdDelta ? ReadReference(pack, entry) : null;
        using var raw = Wait(new ValueTask<PooledBytes>(frames.ReadAsync(pack, frame, default, reference, CancellationToken.None)));
        var offset = end;
        file.Write(raw.Span, offset);
        end += raw.Length;
        return offset;
    }

    /// <summary>A delta's bases are pages of whole frames, which are kept like any other.</summary>
    private PooledBytes ReadReference(PackIndex pack, FrameEntry entry)
    {
        var length = entry.Bases.Sum(run => (long)run.Length * entry.PageSize);
        if (length > RepositoryLayout.MaxFrameSize)
            throw RepositoryFault.Damaged(pack.Key, "a delta refers to more bytes than a frame can have");
        var reference = new PooledBytes((int)length);
        try
        {
            var gathered = 0;
            foreach (var run in entry.Bases)
            {
                var basePack = Wait(packs.GetAsync(run.Pack, CancellationToken.None));
                for (var i = 0; i < run.Length; i++, gathered += entry.PageSize)
                {
                    if (basePack.Frames[basePack.FrameOfSlot(run.Start + i)].Codec == FrameCodec.ZstdDelta)
                        throw RepositoryFault.Damaged(pack.Key, "a delta refers to another delta");
                    Read(new PagePlace(run.Pack, run.Start + i), reference.Span.Slice(gathered, entry.PageSize));
                }
            }
            return reference;
        }
        catch
        {
            reference.Dispose();
            throw;
        }
    }

    // SQLite reads synchronously. Nothing that this waits for needs the waiting thread.
    private static T Wait<T>(ValueTask<T> task) => task.IsCompletedSuccessfully ? task.Result : task.AsTask().GetAwaiter().GetResult();
}
