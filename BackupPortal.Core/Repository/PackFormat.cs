using System.Buffers.Binary;
using System.Security.Cryptography;

namespace BackupPortal.Core.Repository;

/// <summary>A pack's bytes around its frames: header, footer, trailer. See docs/repository-format.md.</summary>
internal static class PackFormat
{
    public const int HeaderSize = 32;
    public const int TrailerSize = 56;
    public const int PackIdSize = 16;

    private const int LeastEntrySize = 5 + RepositoryLayout.HashSize + 1;
    private const int MaxFooterSize = 1 << 28;

    private static ReadOnlySpan<byte> HeaderMagic => "BPPACK\r\n"u8;

    private static ReadOnlySpan<byte> TrailerMagic => "BPPEND\r\n"u8;

    public static byte[] Header(string pack)
    {
        var header = new byte[HeaderSize];
        HeaderMagic.CopyTo(header);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(8), RepositoryLayout.Format);
        Convert.FromHexString(pack).CopyTo(header.AsSpan(16));
        return header;
    }

    /// <exception cref="RepositoryException">It is not the header of that pack, or newer than this program.</exception>
    public static void CheckHeader(ReadOnlySpan<byte> header, string pack)
    {
        var key = RepositoryLayout.PackKey(pack);
        if (!header.StartsWith(HeaderMagic))
            throw RepositoryFault.Damaged(key, "it does not begin as a pack");
        var version = BinaryPrimitives.ReadUInt16LittleEndian(header[8..]);
        if (version > RepositoryLayout.Format || header[10..16].ContainsAnyExcept((byte)0))
            throw RepositoryFault.Newer(key, version);
        if (!header.SequenceEqual(Header(pack)))
            throw RepositoryFault.Damaged(key, "its header is that of another pack");
    }

    public static (byte[] Footer, byte[] Trailer) Finish(PackIndex index, Compression compression)
    {
        var raw = WriteFooter(index);
        var (codec, stored) = compression.Encode(raw.Span);
        using (stored)
        {
            var trailer = new byte[TrailerSize];
            BinaryPrimitives.WriteInt32LittleEndian(trailer, stored.Length);
            BinaryPrimitives.WriteInt32LittleEndian(trailer.AsSpan(4), raw.Length);
            trailer[8] = (byte)codec;
            SHA256.HashData(raw.Span, trailer.AsSpan(16));
            TrailerMagic.CopyTo(trailer.AsSpan(48));
            return (stored.Span.ToArray(), trailer);
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

    public static PackIndex ReadFooter(string pack, ReadOnlySpan<byte> stored, ReadOnlySpan<byte> trailer, Compression compression)
    {
        var key = RepositoryLayout.PackKey(pack);
        var raw = new byte[BinaryPrimitives.ReadInt32LittleEndian(trailer[4..])];
        if (!compression.Decode((FrameCodec)trailer[8], stored, raw, default, key)
            || !SHA256.HashData(raw).AsSpan().SequenceEqual(trailer[16..48]))
            throw RepositoryFault.Damaged(key, "its footer does not fit its hash");
        try
        {
            return Parse(pack, raw);
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

    private static PackIndex Parse(string pack, ReadOnlySpan<byte> raw)
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
        return new PackIndex(pack, frames);
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
