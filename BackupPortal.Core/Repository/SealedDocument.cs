using System.Buffers.Binary;
using System.Security.Cryptography;
using BackupPortal.Core.Encryption;
using BackupPortal.Core.Storage;

namespace BackupPortal.Core.Repository;

/// <summary>
/// Maps and manifests: documents that are named after their raw content, and stored compressed. The same content is stored once.
/// The name is its SHA-256; of an encrypted document its HMAC under the data key, which tells nothing to those who do not have it.
/// </summary>
internal sealed class SealedDocument(IObjectStore store, Compression compression, RepositoryCipher cipher)
{
    private const int HeaderSize = 24;
    private const int MarkOffset = 11;
    private const long MaxRawLength = 1L << 30;

    // A delta makes its document need another one, so it has to save something worth having.
    private const double DeltaPaysBelow = 0.75;

    private WholeDocument? lastBase;

    private static ReadOnlySpan<byte> Magic => "BPDOC\r\n\0"u8;

    /// <summary>What a new document of that content is called.</summary>
    public async Task<string> NameAsync(ReadOnlyMemory<byte> raw, CancellationToken cancellationToken)
    {
        var key = await cipher.WritingKeyAsync(cancellationToken);
        return NameOf(raw.Span, key);
    }

    /// <summary>
    /// Stores a document and reads it back, unless it is there and whole. Where it pays it is stored as its difference to the last whole one.
    /// </summary>
    /// <param name="before">The document of the newest snapshot; null when there is none.</param>
    public async Task<StoredDocument> StoreAsync(
        string key, string hash, ReadOnlyMemory<byte> raw, PrecedingDocument? before, CancellationToken cancellationToken)
    {
        var isThere = await store.FindAsync(key, cancellationToken) is not null;
        if (isThere && await IsWholeAsync(key, hash, cancellationToken))
            return new StoredDocument(0, before?.DeltaBytes ?? 0);
        // The name is bound to the content, so that a damaged one is replaced by nothing but what it should have been. Others may be relative to it,
        // so that it must not become a delta.
        if (isThere)
            await store.DeleteAsync(key, cancellationToken);
        var (codec, stored) = compression.Encode(raw.Span);
        using (stored)
        {
            using var delta = isThere || before is null ? null : await FindDeltaAsync(key, raw, stored.Length, before, cancellationToken);
            var size = await WriteAsync(key, delta is null ? codec : FrameCodec.ZstdDelta, raw.Length, delta ?? stored, cancellationToken);
            await ProveAsync(key, hash, cancellationToken);
            return new StoredDocument(size, delta is null ? 0 : before!.DeltaBytes + delta.Length);
        }
    }

    /// <summary>The document that a document is stored as the difference to; null when it is stored whole.</summary>
    /// <exception cref="RepositoryException">It is missing or cut short.</exception>
    public async Task<string?> FindBaseKeyAsync(string key, CancellationToken cancellationToken)
    {
        var stored = await ReadStoredAsync(key, cancellationToken);
        return IsDelta(stored) ? FolderOf(key) + BaseOf(stored, key) : null;
    }

    /// <exception cref="RepositoryException">It is missing, damaged or newer than this program.</exception>
    public async Task<byte[]> ReadAsync(string key, string hash, CancellationToken cancellationToken)
    {
        var stored = await ReadStoredAsync(key, cancellationToken);
        if (stored.Length < HeaderSize || !stored.AsSpan().StartsWith(Magic))
            throw RepositoryFault.Damaged(key, "it does not begin as a document");
        var version = BinaryPrimitives.ReadUInt16LittleEndian(stored.AsSpan(8));
        if (version != RepositoryLayout.Format || !EncryptionMark.TryRead(stored.AsSpan(MarkOffset, EncryptionMark.Size), out var keyId))
            throw RepositoryFault.Newer(key, version);
        var dataKey = keyId is null ? null : await cipher.KeyAsync(keyId, key, cancellationToken);
        var codec = (FrameCodec)stored[10];
        var length = BinaryPrimitives.ReadInt64LittleEndian(stored.AsSpan(16));
        if (length is < 0 or > MaxRawLength || !StoredLength.CanBe(codec, stored.Length, length))
            throw RepositoryFault.Damaged(key, "it has an impossible length");
        var raw = new byte[length];
        var (reference, payload) = await ReadReferenceAsync(key, codec, stored, cancellationToken);
        if (!DocumentSeal.TryOpen(dataKey, key, stored, ref payload))
            throw RepositoryFault.Damaged(key, "it cannot be decrypted");
        if (!compression.Decode(codec, payload.Span, raw, reference, key) || NameOf(raw, dataKey) != hash)
            throw RepositoryFault.Damaged(key, "its content does not fit its name");
        return raw;
    }

    /// <summary>
    /// The name of the last whole document and the difference to it, if that pays. Deltas of one base grow day by day: once they have together cost as
    /// much as a whole document, a new base costs less in the long run.
    /// </summary>
    /// <param name="wholeLength">What the document takes when it is stored whole.</param>
    private async Task<PooledBytes?> FindDeltaAsync(
        string key, ReadOnlyMemory<byte> raw, int wholeLength, PrecedingDocument before, CancellationToken cancellationToken)
    {
        if (await FindBaseAsync(FolderOf(key), before.Hash, cancellationToken) is not var (name, reference))
            return null;
        if (compression.EncodeDelta(raw.Span, reference, prefix: Convert.FromHexString(name)) is not { } delta)
            return null;
        if (delta.Length < wholeLength * DeltaPaysBelow && before.DeltaBytes + delta.Length <= wholeLength)
            return delta;
        delta.Dispose();
        return null;
    }

    /// <summary>The document itself when it is stored whole, else the one that it is relative to; null when that cannot be read.</summary>
    private async Task<(string Hash, byte[] Raw)?> FindBaseAsync(string folder, string hash, CancellationToken cancellationToken)
    {
        try
        {
            var stored = await ReadStoredAsync(folder + hash, cancellationToken);
            var name = IsDelta(stored) ? BaseOf(stored, folder + hash) : hash;
            return (name, await ReadAsync(folder + name, name, cancellationToken));
        }
        catch (RepositoryException)
        {
            // Whoever reads that snapshot is told; the new one does not depend on it.
            return null;
        }
    }

    /// <summary>A delta names the whole document of the same folder that it is relative to, by its 32 bytes after the header.</summary>
    private async Task<(byte[] Reference, Memory<byte> Payload)> ReadReferenceAsync(
        string key, FrameCodec codec, byte[] stored, CancellationToken cancellationToken)
    {
        if (codec != FrameCodec.ZstdDelta)
            return ([], stored.AsMemory(HeaderSize));
        return (await ReadBaseAsync(key, BaseOf(stored, key), cancellationToken), stored.AsMemory(HeaderSize + RepositoryLayout.HashSize));
    }

    /// <summary>The same one for many documents in turn is read once.</summary>
    private async Task<byte[]> ReadBaseAsync(string key, string name, CancellationToken cancellationToken)
    {
        var baseKey = FolderOf(key) + name;
        if (lastBase is { } last && last.Key == baseKey)
            return last.Raw;
        if (await store.FindAsync(baseKey, cancellationToken) is null)
            throw RepositoryFault.Damaged(key, $"it refers to {baseKey}, which is missing");
        if (IsDelta(await ReadStoredAsync(baseKey, cancellationToken)))
            throw RepositoryFault.Damaged(key, $"it refers to {baseKey}, which is a delta itself");
        var raw = await ReadAsync(baseKey, name, cancellationToken);
        lastBase = new WholeDocument(baseKey, raw);
        return raw;
    }

    private static bool IsDelta(byte[] stored) => stored.Length >= HeaderSize && (FrameCodec)stored[10] == FrameCodec.ZstdDelta;

    private static string BaseOf(byte[] stored, string key) => stored.Length >= HeaderSize + RepositoryLayout.HashSize
        ? RepositoryLayout.Hex(stored.AsSpan(HeaderSize, RepositoryLayout.HashSize))
        : throw RepositoryFault.Damaged(key, "it was cut short");

    private static string FolderOf(string key) => key[..(key.IndexOf('/', StringComparison.Ordinal) + 1)];

    /// <param name="payload">The stored bytes; of a delta after the name that it refers to.</param>
    private async Task<long> WriteAsync(string key, FrameCodec codec, int rawLength, PooledBytes payload, CancellationToken cancellationToken)
    {
        var dataKey = await cipher.WritingKeyAsync(cancellationToken);
        var referenceLength = codec == FrameCodec.ZstdDelta ? RepositoryLayout.HashSize : 0;
        byte[] front = [.. Header(codec, rawLength, dataKey), .. payload.Span[..referenceLength]];
        var content = DocumentSeal.Seal(dataKey, key, front, payload.Memory[referenceLength..]);
        return await store.WriteAsync(
            key,
            async (stream, token) =>
            {
                await stream.WriteAsync(front, token);
                await stream.WriteAsync(content, token);
            },
            cancellationToken);
    }

    private static string NameOf(ReadOnlySpan<byte> raw, DataKey? key) => key?.NameOf(raw) ?? RepositoryLayout.Hex(SHA256.HashData(raw));

    private static byte[] Header(FrameCodec codec, long rawLength, DataKey? key)
    {
        var header = new byte[HeaderSize];
        Magic.CopyTo(header);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(8), RepositoryLayout.Format);
        header[10] = (byte)codec;
        EncryptionMark.Write(key, header.AsSpan(MarkOffset));
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

    private sealed record WholeDocument(string Key, byte[] Raw);
}

/// <summary>The newest snapshot's document of the same kind.</summary>
/// <param name="DeltaBytes">What deltas relative to the same whole document have cost so far; 0 when it is whole itself.</param>
internal sealed record PrecedingDocument(string Hash, long DeltaBytes);

/// <param name="AddedBytes">To the repository; 0 when it was there.</param>
/// <param name="DeltaBytes">What deltas relative to the same whole document have cost so far, this one included; 0 when it is whole itself.</param>
internal sealed record StoredDocument(long AddedBytes, long DeltaBytes);
