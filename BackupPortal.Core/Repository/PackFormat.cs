using System.Buffers.Binary;
using System.Security.Cryptography;
using BackupPortal.Core.Encryption;

namespace BackupPortal.Core.Repository;

/// <summary>A pack's bytes around its frames: header, footer, trailer. See docs/repository-format.md.</summary>
internal static class PackFormat
{
    public const int HeaderSize = 32;
    public const int TrailerSize = 56;
    public const int PackIdSize = 16;

    private const int FlagsOffset = 10;

    // Of the trailer: the footer's lengths and codec.
    private const int TrailerLengthsSize = 16;

    private const int LeastEntrySize = 5 + RepositoryLayout.HashSize + 1;
    private const int MaxFooterSize = 1 << 28;

    private static ReadOnlySpan<byte> HeaderMagic => "BPPACK\r\n"u8;

    private static ReadOnlySpan<byte> TrailerMagic => "BPPEND\r\n"u8;

    /// <param name="key">What the pack is encrypted with; null for a plain one.</param>
    public static byte[] Header(string pack, DataKey? key)
    {
        var header = new byte[HeaderSize];
        HeaderMagic.CopyTo(header);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(8), RepositoryLayout.Format);
        Convert.FromHexString(pack).CopyTo(header.AsSpan(16));
        EncryptionMark.Write(key, header.AsSpan(FlagsOffset));
        return header;
    }

    /// <returns>The data key that the pack is encrypted with; null when it is plain.</returns>
    /// <exception cref="RepositoryException">It is not the header of that pack, or newer than this program.</exception>
    public static string? CheckHeader(ReadOnlySpan<byte> header, string pack)
    {
        var key = RepositoryLayout.PackKey(pack);
        if (!header.StartsWith(HeaderMagic))
            throw RepositoryFault.Damaged(key, "it does not begin as a pack");
        var version = BinaryPrimitives.ReadUInt16LittleEndian(header[8..]);
        if (version > RepositoryLayout.Format || !EncryptionMark.TryRead(header[FlagsOffset..16], out var dataKey))
            throw RepositoryFault.Newer(key, version);
        if (version < RepositoryLayout.Format || RepositoryLayout.Hex(header[16..]) != pack)
            throw RepositoryFault.Damaged(key, "its header is that of another pack");
        return dataKey;
    }

    /// <param name="seal">Null for a plain pack.</param>
    public static (byte[] Footer, byte[] Trailer) Finish(PackIndex index, Compression compression, PackSeal? seal)
    {
        var raw = WriteFooter(index);
        var (codec, stored) = compression.Encode(raw.Span);
        using (stored)
        {
            var footer = new byte[stored.Length + (seal is null ? 0 : PackSeal.TagSize)];
            stored.Span.CopyTo(footer);
            var trailer = new byte[TrailerSize];
            BinaryPrimitives.WriteInt32LittleEndian(trailer, footer.Length);
            BinaryPrimitives.WriteInt32LittleEndian(trailer.AsSpan(4), raw.Length);
            trailer[8] = (byte)codec;
            seal?.SealFooter(trailer.AsSpan(0, TrailerLengthsSize), footer);
            // The hash of what is in the clear anyway: that of an encrypted footer's content would tell something of it.
            SHA256.HashData(seal is null ? raw.Span : footer, trailer.AsSpan(16));
            TrailerMagic.CopyTo(trailer.AsSpan(48));
            return (footer, trailer);
        }
    }

    /// <summary>How long the stored footer is.</summary>
    public static int CheckTrailer(ReadOnlySpan<byte> trailer, string key)
    {
        if (!trailer[48..].SequenceEqual(TrailerMagic) || trailer[9..16].ContainsAnyExcept((byte)0))
            throw RepositoryFault.Damaged(key, "it does not end as a pack");
        var stored = BinaryPrimitives.ReadInt32LittleEndian(trailer);
        var raw = BinaryPrimitives.ReadInt32LittleEndian(trailer[4..]);
        return stored is > 0 and <= MaxFooterSize && raw is > 0 and <= MaxFooterSize
            ? stored
            : throw RepositoryFault.Damaged(key, "its footer has an impossible length");
    }

    /// <param name="stored">Decrypted here, in place.</param>
    /// <param name="seal">Null for a plain pack.</param>
    public static PackIndex ReadFooter(string pack, Span<byte> stored, ReadOnlySpan<byte> trailer, Compression compression, PackSeal? seal)
    {
        var key = RepositoryLayout.PackKey(pack);
        var hash = trailer[16..48];
        if (seal is not null && !SHA256.HashData(stored).AsSpan().SequenceEqual(hash))
            throw RepositoryFault.Damaged(key, "its footer does not fit its hash");
        if (seal is not null && !seal.TryUnsealFooter(trailer[..TrailerLengthsSize], stored))
            throw RepositoryFault.Damaged(key, "its footer cannot be decrypted");
        var content = seal is null ? stored : stored[..^PackSeal.TagSize];
        var length = BinaryPrimitives.ReadInt32LittleEndian(trailer[4..]);
        if (!StoredLength.CanBe((FrameCodec)trailer[8], content.Length, length))
            throw RepositoryFault.Damaged(key, "its footer has an impossible length");
        var raw = new byte[length];
        if (!compression.Decode((FrameCodec)trailer[8], content, raw, default, key)
            || (seal is null && !SHA256.HashData(raw).AsSpan().SequenceEqual(hash)))
            throw RepositoryFault.Damaged(key, "its footer does not fit its hash");
        try
        {
            return Parse(pack, raw, seal);
        }
        catch (InvalidDataException e)
        {
            throw RepositoryFault.Damaged(key, $"footer: {e.Message}", e);
        }
    }

    private static ReadOnlyMemory<byte> WriteFooter(PackIndex index)
    {
        var writer = new ByteWriter();
        writer.Hex(index.Pack);
        var bases = index.Frames.SelectMany(frame => frame.Bases).Select(item => item.Pack).Distinct().Order(StringComparer.Ordinal).ToList();
        writer.Number(bases.Count);
        bases.ForEach(writer.Hex);
        writer.Number(index.Frames.Count);
        foreach (var frame in index.Frames)
        {
            writer.Bytes([(byte)frame.Kind, (byte)frame.Codec]);
            writer.Number(frame.RawLength);
            writer.Number(frame.StoredLength);
            writer.Number(frame.PageCount);
            writer.Bytes(frame.Hash.Span);
            var extension = DeltaBases.Write(frame.Bases, bases);
            writer.Number(extension.Length);
            writer.Bytes(extension.Span);
        }
        return writer.Written;
    }

    private static PackIndex Parse(string pack, ReadOnlySpan<byte> raw, PackSeal? seal)
    {
        var reader = new ByteReader(raw);
        if (reader.Hex(PackIdSize) != pack)
            throw new InvalidDataException("it is that of another pack");
        var bases = new string[reader.Count(PackIdSize)];
        for (var i = 0; i < bases.Length; i++)
            bases[i] = reader.Hex(PackIdSize);
        var frames = new FrameEntry[reader.Count(LeastEntrySize)];
        for (var i = 0; i < frames.Length; i++)
            frames[i] = ParseFrame(ref reader, bases);
        reader.End();
        return new PackIndex(pack, frames) { Seal = seal };
    }

    private static FrameEntry ParseFrame(ref ByteReader reader, string[] bases)
    {
        var kind = (FrameKind)reader.Bytes(1)[0];
        var codec = (FrameCodec)reader.Bytes(1)[0];
        var rawLength = reader.Number(RepositoryLayout.MaxFrameSize);
        var storedLength = reader.Number(RepositoryLayout.MaxFrameSize * 2);
        var pages = reader.Number(rawLength);
        var hash = reader.Bytes(RepositoryLayout.HashSize).ToArray();
        var extension = reader.Bytes(reader.Count());
        if (kind == FrameKind.Pages && (pages == 0 || rawLength % pages != 0))
            throw reader.Malformed();
        // The extension of a codec that is not known is passed over: other frames of the pack can still be read.
        var deltaBases = codec == FrameCodec.ZstdDelta ? DeltaBases.Parse(extension, bases) : [];
        return new FrameEntry(kind, codec, rawLength, storedLength, hash, kind == FrameKind.Pages ? pages : 0, deltaBases);
    }
}
