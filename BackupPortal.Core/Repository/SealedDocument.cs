using System.Buffers.Binary;
using System.Security.Cryptography;
using BackupPortal.Core.Storage;

namespace BackupPortal.Core.Repository;

/// <summary>
/// Maps and manifests: documents that are named after the SHA-256 of their raw content, and stored compressed. The same content is stored once.
/// </summary>
internal sealed class SealedDocument(IObjectStore store, Compression compression)
{
    private const int HeaderSize = 24;
    private const long MaxRawLength = 1L << 30;

    private static ReadOnlySpan<byte> Magic => "BPDOC\r\n\0"u8;

    public static string HashOf(ReadOnlySpan<byte> raw) => RepositoryLayout.Hex(SHA256.HashData(raw));

    /// <summary>Stores a document and reads it back, unless it is there and whole.</summary>
    /// <returns>How many bytes were added to the repository.</returns>
    public async Task<long> StoreAsync(string key, string hash, ReadOnlyMemory<byte> raw, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(key, cancellationToken) is not null)
        {
            if (await IsWholeAsync(key, hash, cancellationToken))
                return 0;
            // The name is bound to the content, so that a damaged one is replaced by nothing but what it should have been.
            await store.DeleteAsync(key, cancellationToken);
        }
        var (codec, stored) = compression.Encode(raw.Span);
        using (stored)
        {
            var header = Header(codec, raw.Length);
            var size = await store.WriteAsync(
                key,
                async (stream, token) =>
                {
                    await stream.WriteAsync(header, token);
                    await stream.WriteAsync(stored.Memory, token);
                },
                cancellationToken);
            await ProveAsync(key, hash, cancellationToken);
            return size;
        }
    }

    /// <exception cref="RepositoryException">It is missing, damaged or newer than this program.</exception>
    public async Task<byte[]> ReadAsync(string key, string hash, CancellationToken cancellationToken)
    {
        var stored = await ReadStoredAsync(key, cancellationToken);
        if (stored.Length < HeaderSize || !stored.AsSpan().StartsWith(Magic))
            throw RepositoryFault.Damaged(key, "it does not begin as a document");
        var version = BinaryPrimitives.ReadUInt16LittleEndian(stored.AsSpan(8));
        if (version != RepositoryLayout.Format || stored.AsSpan(11, 5).ContainsAnyExcept((byte)0))
            throw RepositoryFault.Newer(key, version);
        var codec = (FrameCodec)stored[10];
        var length = BinaryPrimitives.ReadInt64LittleEndian(stored.AsSpan(16));
        if (length is < 0 or > MaxRawLength)
            throw RepositoryFault.Damaged(key, "it has an impossible length");
        var raw = new byte[length];
        var (reference, payload) = await ReadReferenceAsync(key, codec, stored, cancellationToken);
        if (!compression.Decode(codec, payload.Span, raw, reference, key) || HashOf(raw) != hash)
            throw RepositoryFault.Damaged(key, "its content does not fit its name");
        return raw;
    }

    /// <summary>A delta names the whole document of the same folder that it is relative to, by its 32 bytes after the header.</summary>
    private async Task<(byte[] Reference, ReadOnlyMemory<byte> Payload)> ReadReferenceAsync(
        string key, FrameCodec codec, byte[] stored, CancellationToken cancellationToken)
    {
        if (codec != FrameCodec.ZstdDelta)
            return ([], stored.AsMemory(HeaderSize));
        if (stored.Length < HeaderSize + RepositoryLayout.HashSize)
            throw RepositoryFault.Damaged(key, "it was cut short");
        var baseHash = RepositoryLayout.Hex(stored.AsSpan(HeaderSize, RepositoryLayout.HashSize));
        var baseKey = key[..(key.IndexOf('/') + 1)] + baseHash;
        if ((await ReadStoredAsync(baseKey, cancellationToken)) is { Length: > HeaderSize } bytes && (FrameCodec)bytes[10] == FrameCodec.ZstdDelta)
            throw RepositoryFault.Damaged(key, "it refers to a document that is a delta itself");
        return (await ReadAsync(baseKey, baseHash, cancellationToken), stored.AsMemory(HeaderSize + RepositoryLayout.HashSize));
    }

    private static byte[] Header(FrameCodec codec, long rawLength)
    {
        var header = new byte[HeaderSize];
        Magic.CopyTo(header);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(8), RepositoryLayout.Format);
        header[10] = (byte)codec;
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(16), rawLength);
        return header;
    }

    private async Task<bool> IsWholeAsync(string key, string hash, CancellationToken cancellationToken)
    {
        try
        {
            await ReadAsync(key, hash, cancellationToken);
            return true;
        }
        catch (RepositoryException)
        {
            return false;
        }
    }

    private async Task ProveAsync(string key, string hash, CancellationToken cancellationToken)
    {
        try
        {
            await ReadAsync(key, hash, cancellationToken);
        }
        catch (RepositoryException e)
        {
            throw RepositoryFault.ProofFailed(key, e);
        }
    }

    private async Task<byte[]> ReadStoredAsync(string key, CancellationToken cancellationToken)
    {
        try
        {
            return await WholeObject.ReadAsync(store, key, cancellationToken);
        }
        catch (ObjectNotFoundException e)
        {
            throw RepositoryFault.Missing(key, e);
        }
        catch (EndOfStreamException e)
        {
            throw RepositoryFault.Damaged(key, "it was cut short", e);
        }
    }
}
