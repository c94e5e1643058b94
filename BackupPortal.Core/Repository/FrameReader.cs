using System.Security.Cryptography;
using BackupPortal.Core.Encryption;
using BackupPortal.Core.Storage;

namespace BackupPortal.Core.Repository;

/// <summary>Reads, decodes and checks single frames. Nothing unchecked ever leaves it. Safe for concurrent use.</summary>
internal sealed class FrameReader(PackShelf packs)
{
    private readonly FrameCache shared = new();

    public PackShelf Packs { get; } = packs;

    /// <summary>The decoded frame; the caller disposes it.</summary>
    /// <param name="pageHashes">Receives the hash of each of its pages; may be empty.</param>
    /// <exception cref="RepositoryException">The frame is missing or damaged, or cannot be decoded by this program.</exception>
    public async Task<PooledBytes> ReadAsync(PackIndex pack, int frame, Memory<byte> pageHashes, CancellationToken cancellationToken)
    {
        if (frame < 0 || frame >= pack.Frames.Count)
            throw RepositoryFault.Damaged(pack.Key, $"it has no frame {frame}");
        var entry = pack.Frames[frame];
        using var reference = await ReadReferenceAsync(entry, pack.Key, cancellationToken);
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

    /// <summary>The decoded frame from a small cache, for frames that many files share.</summary>
    public Task<ReadOnlyMemory<byte>> ReadSharedAsync(PackIndex pack, int frame, CancellationToken cancellationToken) =>
        shared.GetAsync((pack.Pack, frame), async () =>
        {
            using var raw = await ReadAsync(pack, frame, default, cancellationToken);
            return raw.Span.ToArray();
        });

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
        using var gathered = new MemoryStream();
        foreach (var run in entry.Bases)
        {
            var pack = await Packs.GetAsync(run.Pack, cancellationToken);
            if (entry.Kind == FrameKind.Pages)
                await GatherPagesAsync(pack, run, gathered, cancellationToken);
            else
                Gather(await ReadWholeAsync(pack, checked((int)run.Start), cancellationToken), run.Offset, run.Length, gathered, key);
        }
        var reference = new PooledBytes((int)gathered.Length);
        gathered.GetBuffer().AsSpan(0, (int)gathered.Length).CopyTo(reference.Span);
        return reference;
    }

    private async Task GatherPagesAsync(PackIndex pack, FrameBase run, MemoryStream gathered, CancellationToken cancellationToken)
    {
        for (long slot = run.Start, end = run.Start + run.Length; slot < end;)
        {
            var frame = pack.FrameOfSlot(slot);
            var within = (int)(slot - pack.FirstSlotOf(frame));
            var count = (int)Math.Min(end - slot, pack.Frames[frame].PageCount - within);
            var pageSize = pack.Frames[frame].PageSize;
            Gather(await ReadWholeAsync(pack, frame, cancellationToken), within * pageSize, count * pageSize, gathered, pack.Key);
            slot += count;
        }
    }

    private static void Gather(ReadOnlyMemory<byte> frame, int offset, int length, MemoryStream gathered, string key)
    {
        if (offset > frame.Length - length || gathered.Length > RepositoryLayout.MaxFrameSize)
            throw RepositoryFault.Damaged(key, "a delta refers to bytes that are not there");
        gathered.Write(frame.Span.Slice(offset, length));
    }

    private Task<ReadOnlyMemory<byte>> ReadWholeAsync(PackIndex pack, int frame, CancellationToken cancellationToken) =>
        frame < pack.Frames.Count && pack.Frames[frame].Codec == FrameCodec.ZstdDelta
            ? throw RepositoryFault.Damaged(pack.Key, $"frame {frame} is a delta, and another delta refers to it")
            : ReadSharedAsync(pack, frame, cancellationToken);
}
