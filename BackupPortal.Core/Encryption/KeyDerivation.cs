using System.Security.Cryptography;
using System.Text;

namespace BackupPortal.Core.Encryption;

/// <summary>Makes keys for one purpose each out of a key that encrypts nothing itself. See docs/repository-format.md.</summary>
internal static class KeyDerivation
{
    /// <summary>Of master keys, data keys, and of every key that is derived from them. Bytes.</summary>
    public const int KeySize = 32;

    private const string Prefix = "BackupPortal/1/";

    /// <summary>HKDF with SHA-256.</summary>
    /// <param name="purpose">What the key is for, with the name of the object: two purposes never give the same key.</param>
    /// <param name="derived">Filled whole.</param>
    public static void Derive(ReadOnlySpan<byte> key, ReadOnlySpan<byte> salt, string purpose, Span<byte> derived) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, key, derived, salt, Encoding.ASCII.GetBytes(Prefix + purpose));

    /// <summary>Lower-case hexadecimal digits that name a key and tell nothing of it.</summary>
    public static string Fingerprint(ReadOnlySpan<byte> key, int size)
    {
        Span<byte> digits = stackalloc byte[size];
        Derive(key, default, "fingerprint", digits);
        return Convert.ToHexStringLower(digits);
    }
}
