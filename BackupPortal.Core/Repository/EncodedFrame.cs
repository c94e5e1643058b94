using System.Security.Cryptography;

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

    public void Dispose() => Stored.Dispose();
}
