using System.Security.Cryptography;

namespace BackupPortal.Core.Encryption;

/// <summary>
/// Encrypts and authenticates one content under a key of its own, derived with a random salt that is kept beside it, so that no key and nonce are
/// ever used twice.
/// </summary>
internal static class SaltedSeal
{
    public const int SaltSize = 16;
    public const int TagSize = InPlaceEncryption.TagSize;

    private static ReadOnlySpan<byte> Nonce => [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    public static byte[] NewSalt() => RandomNumberGenerator.GetBytes(SaltSize);

    /// <param name="purpose">What the content is, with the name of its object.</param>
    /// <param name="bound">Bytes in the clear that must be the same when it is opened.</param>
    /// <param name="content">The content, and room for <see cref="TagSize"/> bytes behind it; encrypted in place.</param>
    public static void Seal(ReadOnlySpan<byte> key, ReadOnlySpan<byte> salt, string purpose, ReadOnlySpan<byte> bound, Span<byte> content)
    {
        using var aes = Open(key, salt, purpose);
        aes.Seal(Nonce, content, bound);
    }

    /// <param name="content">What was sealed, with its tag; decrypted in place.</param>
    /// <returns>False when anything is not what was sealed; then nothing of <paramref name="content"/> may be used.</returns>
    public static bool TryUnseal(ReadOnlySpan<byte> key, ReadOnlySpan<byte> salt, string purpose, ReadOnlySpan<byte> bound, Span<byte> content)
    {
        using var aes = Open(key, salt, purpose);
        return aes.TryUnseal(Nonce, content, bound);
    }

    private static AesGcm Open(ReadOnlySpan<byte> key, ReadOnlySpan<byte> salt, string purpose)
    {
        Span<byte> derived = stackalloc byte[KeyDerivation.KeySize];
        KeyDerivation.Derive(key, salt, purpose, derived);
        return new AesGcm(derived, TagSize);
    }
}
