using System.Security.Cryptography;
using BackupPortal.Core.Encryption;
using BackupPortal.Core.Storage;

namespace BackupPortal.Core.Repository;

/// <summary>Reads, decodes and checks single frames. Nothing unchecked ever leaves it. Safe for concurrent use.</summary>
internal sealed class FrameReader
{
    private const int MaxCachedBytes = 6 * 1024 * 1024;

    private readonly FrameCache shared;

    public FrameReader(PackShelf packs)
    {
        Packs = packs;
        // Whoever asks first decodes for all who wait, so that one's cancelling must not fail the others.
        shared = new FrameCache(MaxCachedBytes, (pack, frame) => ReadAsync(pack, frame, default, CancellationToken.None));
    }

    public PackShelf Packs { get; }

    /// <summary>The decoded frame; the caller disposes it.</summary>
    /// <param name="pageHashes">Receives the hash of each of its pages; may be empty.</param>
    /// <exception cref="RepositoryException">The frame is missing or damaged, or cannot be decoded by this program.</exception>
    public async Task<PooledBytes> ReadAsync(PackIndex pack, int frame, Memory<byte> pageHashes, CancellationToken cancellationToken)
    {
        using var reference = await ReadReferenceAsync(EntryOf(pack, frame), pack.Key, cancellationToken);
        return await ReadAsync(pack, frame, pageHashes, reference, cancellationToken);
    }

    /// <param name="reference">What a delta is told to; null for any other frame.</param>
    public async Task<PooledBytes> ReadAsync(
        PackIndex pack, int frame, Memory<byte> pageHashes, PooledBytes? reference, CancellationToken cancellationToken)
    {
        var entry = EntryOf(pack, frame);
        using var stored = new PooledBytes(entry.StoredLength);
        await ReadStoredAsync(pack, frame, stored.Memory, cancellationToken);
        Unseal(pack, frame, stored);
        var raw = new PooledBytes(entry.RawLength);
        try
        {
            if (!Packs.Compression.Decode(entry.Codec, stored.Span, raw.Span, reference is null ? default : reference.Span, pack.Key))
                throw RepositoryFault.Damaged(pack.Key, $"frame {frame} cannot be decoded");
            if (!HashFits(entry, raw.Span, pageHashes.Span))
                throw RepositoryFault.Damaged(pack.Key, $"frame {frame} does not fit its hash");
            return raw;
        }
        catch
        {
            raw.Dispose();
            throw;
        }
    }

    private static FrameEntry EntryOf(PackIndex pack, int frame) => frame >= 0 && frame < pack.Frames.Count
        ? pack.Frames[frame]
        : throw RepositoryFault.Damaged(pack.Key, $"it has no frame {frame}");

    /// <summary>The decoded frame from a cache, for frames that many files or pages share.</summary>
    public ValueTask<FrameCache.CachedFrame> ReadSharedAsync(PackIndex pack, int frame, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return shared.GetAsync(pack, frame);
    }

    /// <summary>Copies one page out of a whole frame, never a delta.</summary>
    public async Task ReadWholePageAsync(PagePlace place, Memory<byte> target, CancellationToken cancellationToken)
    {
        var pack = await Packs.GetAsync(place.Pack, cancellationToken);
        var frame = pack.FrameOfSlot(place.Slot);
        if (pack.Frames[frame].PageSize != target.Length)
            throw RepositoryFault.Damaged(pack.Key, $"frame {frame} has pages of another size");
        using var whole = await ReadWholeAsync(pack, frame, cancellationToken);
        whole.Memory.Slice((int)(place.Slot - pack.FirstSlotOf(frame)) * target.Length, target.Length).CopyTo(target);
    }

    private static void Unseal(PackIndex pack, int frame, PooledBytes stored)
    {
        if (pack.Seal is not { } seal)
            return;
        if (!seal.TryUnseal(frame, stored.Span))
            throw RepositoryFault.Damaged(pack.Key, $"frame {frame} cannot be decrypted");
        stored.Length -= PackSeal.TagSize;
    }

    private static bool HashFits(FrameEntry entry, ReadOnlySpan<byte> raw, Span<byte> pageHashes)
    {
        Span<byte> hash = stackalloc byte[RepositoryLayout.HashSize];
        if (entry.Kind == FrameKind.Pages)
        {
            using var own = pageHashes.IsEmpty ? new PooledBytes(entry.PageCount * RepositoryLayout.HashSize) : null;
            var hashes = own is null ? pageHashes[..(entry.PageCount * RepositoryLayout.HashSize)] : own.Span;
            PageHashes.Compute(raw, entry.PageSize, hashes);
            SHA256.HashData(hashes, hash);
        }
        else
        {
            SHA256.HashData(raw, hash);
        }
        return hash.SequenceEqual(entry.Hash.Span);
    }

    private async Task ReadStoredAsync(PackIndex pack, int frame, Memory<byte> stored, CancellationToken cancellationToken)
    {
        try
        {
            await Packs.Store.ReadAsync(pack.Key, pack.OffsetOf(frame), stored, cancellationToken);
        }
        catch (ObjectNotFoundException e)
        {
            throw RepositoryFault.Missing(pack.Key, e);
        }
        catch (EndOfStreamException e)
        {
            throw RepositoryFault.Damaged(pack.Key, "it was cut short", e);
        }
    }

    /// <summary>The bytes that a delta is relative to. They come from whole frames only, so that this never goes deeper.</summary>
    private async Task<PooledBytes?> ReadReferenceAsync(FrameEntry entry, string key, CancellationToken cancellationToken)
    {
        if (entry.Codec != FrameCodec.ZstdDelta)
            return null;
        var unit = entry.Kind == FrameKind.Pages ? entry.PageSize : 1;
        var length = entry.Bases.Sum(run => (long)run.Length * unit);
        if (length > RepositoryLayout.MaxFrameSize)
            throw RepositoryFault.Damaged(key, "a delta refers to more bytes than a frame can have");
        var reference = new PooledBytes((int)length);
        try
        {
            var gathered = 0;
            foreach (var run in entry.Bases)
            {
                var target = reference.Memory.Slice(gathered, run.Length * unit);
                if (entry.Kind == FrameKind.Pages)
                    await GatherPagesAsync(run, target, unit, cancellationToken);
                else
                    await GatherBytesAsync(run, target, cancellationToken);
                gathered += target.Length;
            }
            return reference;
        }
        catch
        {
            reference.Dispose();
            throw;
        }
    }

    private async Task GatherPagesAsync(FrameBase run, Memory<byte> target, int pageSize, CancellationToken cancellationToken)
    {
        var pack = await Packs.GetAsync(run.Pack, cancellationToken);
        for (long slot = run.Start, end = run.Start + run.Length; slot < end;)
        {
            var frame = pack.FrameOfSlot(slot);
            if (pack.Frames[frame].PageSize != pageSize)
                throw RepositoryFault.Damaged(pack.Key, $"frame {frame} has pages of another size than a delta that refers to it");
            var within = (int)(slot - pack.FirstSlotOf(frame));
            var count = (int)Math.Min(end - slot, pack.Frames[frame].PageCount - within);
            using var whole = await ReadWholeAsync(pack, frame, cancellationToken);
            whole.Memory.Slice(within * pageSize, count * pageSize).CopyTo(target);
            target = target[(count * pageSize)..];
            slot += count;
        }
    }

    private async Task GatherBytesAsync(FrameBase run, Memory<byte> target, CancellationToken cancellationToken)
    {
        var pack = await Packs.GetAsync(run.Pack, cancellationToken);
        if (run.Start < 0 || run.Start >= pack.Frames.Count || run.Offset > pack.Frames[(int)run.Start].RawLength - run.Length)
            throw RepositoryFault.Damaged(pack.Key, "a delta refers to bytes that are not there");
        using var whole = await ReadWholeAsync(pack, (int)run.Start, cancellationToken);
        whole.Memory.Slice(run.Offset, run.Length).CopyTo(target);
    }

    private ValueTask<FrameCache.CachedFrame> ReadWholeAsync(PackIndex pack, int frame, CancellationToken cancellationToken) =>
        frame < pack.Frames.Count && pack.Frames[frame].Codec == FrameCodec.ZstdDelta
            ? throw RepositoryFault.Damaged(pack.Key, $"frame {frame} is a delta, and another delta refers to it")
            : ReadSharedAsync(pack, frame, cancellationToken);
}
