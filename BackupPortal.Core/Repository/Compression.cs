using System.IO.Compression;
using BackupPortal.Core.Encryption;
using BackupPortal.Core.Storage;

namespace BackupPortal.Core.Repository;

/// <summary>Compresses and decompresses single frames, each by the codec that suits it. Safe for concurrent use.</summary>
/// <param name="useZstd">False to make do without the system's zstd library.</param>
internal sealed class Compression(bool useZstd)
{
    private const int BrotliQuality = 4;
    private const int BrotliWindow = 22;

    // Less than this share saved is not worth decompressing for.
    private const int LeastGainShare = 64;

    public static Compression Best { get; } = new(Zstd.IsAvailable);

    /// <summary>True when differences can be stored, which takes the zstd library.</summary>
    public bool CanStoreDifferences => useZstd;

    /// <summary>Stores <paramref name="raw"/> as it is when nothing is gained: tried, not guessed from a name.</summary>
    /// <param name="reference">Older bytes to tell the difference to; empty for none. Only used when <see cref="CanStoreDifferences"/>.</param>
    public (FrameCodec Codec, PooledBytes Stored) Encode(ReadOnlySpan<byte> raw, ReadOnlySpan<byte> reference = default)
    {
        using var room = new PooledBytes(Zstd.Bound(raw.Length));
        var codec = !useZstd ? FrameCodec.Brotli : reference.IsEmpty ? FrameCodec.Zstd : FrameCodec.ZstdDelta;
        var length = useZstd ? Zstd.Compress(raw, room.Span, reference) : CompressWithBrotli(raw, room.Span);
        var isSmaller = length >= 0 && length < raw.Length - (raw.Length / LeastGainShare);
        // What waits to be written is a quarter of what compressing needs room for.
        var bytes = isSmaller ? room.Span[..length] : raw;
        var stored = new PooledBytes(bytes.Length + PackSeal.TagSize) { Length = bytes.Length };
        bytes.CopyTo(stored.Span);
        return (isSmaller ? codec : FrameCodec.Raw, stored);
    }

    /// <summary>True when storing <paramref name="raw"/> as the difference to <paramref name="reference"/> takes half of what it takes whole, or less.</summary>
    public static bool IsDifferenceSmall(ReadOnlySpan<byte> raw, ReadOnlySpan<byte> reference)
    {
        using var room = new PooledBytes(Zstd.Bound(raw.Length));
        var difference = Zstd.Compress(raw, room.Span, reference);
        return difference >= 0 && Zstd.Compress(raw, room.Span) is var whole && (whole < 0 || difference * 2L <= whole);
    }

    /// <summary>A delta's bytes behind <paramref name="prefix"/>; null without zstd, which alone knows references.</summary>
    public PooledBytes? EncodeDelta(ReadOnlySpan<byte> raw, ReadOnlySpan<byte> reference, ReadOnlySpan<byte> prefix)
    {
        if (!useZstd || reference.IsEmpty)
            return null;
        var stored = new PooledBytes(prefix.Length + Zstd.Bound(raw.Length));
        prefix.CopyTo(stored.Span);
        var length = Zstd.Compress(raw, stored.Span[prefix.Length..], reference);
        if (length < 0)
        {
            stored.Dispose();
            return null;
        }
        stored.Length = prefix.Length + length;
        return stored;
    }

    /// <param name="target">Exactly as long as the raw bytes.</param>
    /// <param name="reference">The prefix of a delta; empty otherwise.</param>
    /// <param name="key">The object that the bytes are from, for errors.</param>
    /// <returns>False when <paramref name="stored"/> is damaged.</returns>
    /// <exception cref="RepositoryException">The codec is unknown, or its library is missing.</exception>
    public bool Decode(FrameCodec codec, ReadOnlySpan<byte> stored, Span<byte> target, ReadOnlySpan<byte> reference, string key)
    {
        switch (codec)
        {
            case FrameCodec.Raw:
                return stored.TryCopyTo(target) && stored.Length == target.Length;
            case FrameCodec.Brotli:
                return BrotliDecoder.TryDecompress(stored, target, out var written) && written == target.Length;
            case FrameCodec.Zstd or FrameCodec.ZstdDelta when !useZstd:
                throw RepositoryFault.NoZstd(key);
            case FrameCodec.Zstd:
                return Zstd.Decompress(stored, target);
            case FrameCodec.ZstdDelta:
                return Zstd.Decompress(stored, target, reference);
            default:
                throw RepositoryFault.UnknownCodec(key, codec);
        }
    }

    private static int CompressWithBrotli(ReadOnlySpan<byte> raw, Span<byte> target) =>
        BrotliEncoder.TryCompress(raw, target, out var written, BrotliQuality, BrotliWindow) ? written : -1;
}
