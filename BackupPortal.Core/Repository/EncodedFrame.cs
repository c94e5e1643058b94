using System.Runtime.InteropServices;
using System.Security.Cryptography;
using BackupPortal.Core.Encryption;
using BackupPortal.Core.Storage;

namespace BackupPortal.Core.Repository;

/// <summary>A frame that is ready to be written: its stored bytes have been decoded again and compared with the raw ones.</summary>
/// <param name="Check">Of the stored bytes, for reading them back.</param>
internal sealed record EncodedFrame(FrameEntry Entry, PooledBytes Stored, uint Check) : IDisposable
{
    /// <param name="raw">Disposed here.</param>
    /// <exception cref="RepositoryException">What was compressed cannot be decompressed: a fault of the library, or of the machine's memory.</exception>
    public static EncodedFrame From(RawFrame raw, Compression compression, string place)
    {
        using (raw)
        {
            var (codec, stored) = compression.Encode(raw.Bytes.Span, raw.Reference is { } older ? older.Bytes.Span : default);
            try
            {
                var isDelta = codec == FrameCodec.ZstdDelta;
                using var decoded = new PooledBytes(raw.Bytes.Length);
                if (!compression.Decode(codec, stored.Span, decoded.Span, isDelta ? raw.Reference!.Bytes.Span : default, place)
                    || !decoded.Span.SequenceEqual(raw.Bytes.Span))
                    throw RepositoryFault.ProofFailed(place, new InvalidDataException("what was compressed decodes to something else"));
                var entry = new FrameEntry(
                    raw.Kind, codec, raw.Bytes.Length, stored.Length, raw.Hash ?? SHA256.HashData(raw.Bytes.Span), raw.PageCount,
                    isDelta ? raw.Reference!.Bases : []);
                return new EncodedFrame(entry, stored, CheckOf(stored.Span));
            }
            catch
            {
                stored.Dispose();
                throw;
            }
        }
    }

    /// <summary>The frame as it is stored in its place, which is known late.</summary>
    /// <param name="seal">Null for a plain pack.</param>
    /// <param name="number">Within the pack.</param>
    public EncodedFrame Sealed(PackSeal? seal, int number)
    {
        if (seal is null)
            return this;
        Stored.Length += PackSeal.TagSize;
        seal.Seal(number, Stored.Span);
        return this with { Entry = Entry with { StoredLength = Stored.Length }, Check = CheckOf(Stored.Span) };
    }

    /// <summary>CRC-32C: finds what a disk or a cable does to bytes, at the speed of memory. Against intent there are the hashes.</summary>
    public static uint CheckOf(ReadOnlySpan<byte> stored)
    {
        var check = uint.MaxValue;
        var words = MemoryMarshal.Cast<byte, ulong>(stored);
        foreach (var word in words)
            check = System.Numerics.BitOperations.Crc32C(check, word);
        foreach (var rest in stored[(words.Length * sizeof(ulong))..])
            check = System.Numerics.BitOperations.Crc32C(check, rest);
        return check;
    }

    public void Dispose() => Stored.Dispose();
}
