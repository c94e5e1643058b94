using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace BackupPortal.Core.Export;

/// <summary>
/// A file under a passphrase: a header in the clear, then chunks under AES-256-GCM, of which the last is marked as such, so that one that is missing,
/// changed or in another's place is noticed. See docs/export-formats.md; docs/open-copy.py opens it without this program.
/// </summary>
internal sealed class EncryptedContainer : IDisposable
{
    /// <summary>Bytes.</summary>
    public const int HeaderSize = 52;

    public const int TagSize = 16;

    /// <summary>Bytes of content in each chunk but the last.</summary>
    public const int ChunkSize = 1024 * 1024;

    private const byte Pbkdf2Sha256 = 1;
    private const int Iterations = 600_000;
    private const int MostIterations = 10_000_000;
    private const int SaltSize = 32;
    private const int KeySize = 32;
    private const ulong LastChunk = 1UL << 63;

    private readonly AesGcm _aes;

    private EncryptedContainer(byte[] header, string passphrase)
    {
        Header = header;
        var iterations = BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(12));
        var key = Rfc2898DeriveBytes.Pbkdf2(
            Encoding.UTF8.GetBytes(passphrase.Normalize(NormalizationForm.FormC)), header.AsSpan(20, SaltSize), iterations, HashAlgorithmName.SHA256, KeySize);
        _aes = new AesGcm(key, TagSize);
        CryptographicOperations.ZeroMemory(key);
    }

    /// <summary>What the file begins with.</summary>
    public static ReadOnlySpan<byte> Magic => "BPCOPY01"u8;

    public byte[] Header { get; }

    /// <summary>For a new file. Takes a moment: that is what makes guessing slow.</summary>
    public static EncryptedContainer Create(string passphrase)
    {
        var header = new byte[HeaderSize];
        Magic.CopyTo(header);
        header[8] = Pbkdf2Sha256;
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(12), Iterations);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(16), ChunkSize);
        RandomNumberGenerator.Fill(header.AsSpan(20, SaltSize));
        return new EncryptedContainer(header, passphrase);
    }

    /// <summary>For one that is there.</summary>
    /// <returns>Null when it is none, or one of another kind.</returns>
    public static EncryptedContainer? Open(ReadOnlySpan<byte> header, string passphrase)
    {
        // What somebody else may have written must not keep the processor for hours.
        var isKnown = header.Length == HeaderSize && header.StartsWith(Magic) && header[8] == Pbkdf2Sha256
            && BinaryPrimitives.ReadInt32LittleEndian(header[12..]) is > 0 and <= MostIterations
            && BinaryPrimitives.ReadInt32LittleEndian(header[16..]) == ChunkSize;
        return isKnown ? new EncryptedContainer(header.ToArray(), passphrase) : null;
    }

    /// <param name="chunk">Content, and behind it room for the tag.</param>
    public void Seal(long number, bool isLast, Span<byte> chunk)
    {
        Span<byte> nonce = stackalloc byte[12];
        WriteNonce(nonce, number, isLast);
        _aes.Encrypt(nonce, chunk[..^TagSize], chunk[..^TagSize], chunk[^TagSize..], Header);
    }

    /// <param name="chunk">Content and tag as they were written.</param>
    /// <returns>False when it is not what was sealed, or with another passphrase.</returns>
    public bool TryUnseal(long number, bool isLast, Span<byte> chunk)
    {
        if (chunk.Length < TagSize)
            return false;
        Span<byte> nonce = stackalloc byte[12];
        WriteNonce(nonce, number, isLast);
        try
        {
            _aes.Decrypt(nonce, chunk[..^TagSize], chunk[^TagSize..], chunk[..^TagSize], Header);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }

    public void Dispose() => _aes.Dispose();

    private static void WriteNonce(Span<byte> nonce, long number, bool isLast)
    {
        nonce.Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(nonce[4..], (ulong)number | (isLast ? LastChunk : 0));
    }
}
