using System.Security.Cryptography;

namespace BackupPortal.Core.Encryption;

/// <summary>AES-GCM on a content with its tag behind it, in the content's own bytes.</summary>
internal static class InPlaceEncryption
{
    /// <summary>Bytes.</summary>
    public const int TagSize = 16;

    /// <param name="content">The content, and room for <see cref="TagSize"/> bytes behind it.</param>
    /// <param name="bound">Bytes in the clear that must be the same when it is opened.</param>
    public static void Seal(this AesGcm aes, ReadOnlySpan<byte> nonce, Span<byte> content, ReadOnlySpan<byte> bound)
    {
        var plain = content[..^TagSize];
        aes.Encrypt(nonce, plain, plain, content[^TagSize..], bound);
    }

    /// <param name="content">What was sealed, with its tag.</param>
    /// <returns>False when anything is not what was sealed; then nothing of <paramref name="content"/> may be used.</returns>
    public static bool TryUnseal(this AesGcm aes, ReadOnlySpan<byte> nonce, Span<byte> content, ReadOnlySpan<byte> bound)
    {
        if (content.Length < TagSize)
            return false;
        try
        {
            var secret = content[..^TagSize];
            aes.Decrypt(nonce, secret, content[^TagSize..], secret, bound);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }
}
