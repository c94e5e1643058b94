using System.Security.Cryptography;
using BackupPortal.Core.Encryption;

namespace BackupPortal.Core.Repository;

/// <summary>A frame that is ready to be written.</summary>
internal sealed record EncodedFrame(FrameEntry Entry, PooledBytes Stored) : IDisposable
{
    /// <param name="raw">Disposed here.</param>
    public static EncodedFrame From(FrameKind kind, PooledBytes raw, int pageCount, byte[]? hash, Compression compression)
    {
        using (raw)
        {
            var (codec, stored) = compression.Encode(raw.Span);
            return new EncodedFrame(
                new FrameEntry(kind, codec, raw.Length, stored.Length, hash ?? SHA256.HashData(raw.Span), pageCount, []), stored);
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
        return this with { Entry = Entry with { StoredLength = Stored.Length } };
    }

    public void Dispose() => Stored.Dispose();
}
