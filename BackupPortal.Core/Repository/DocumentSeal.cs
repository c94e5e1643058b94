using BackupPortal.Core.Encryption;

namespace BackupPortal.Core.Repository;

/// <summary>The stored bytes of an encrypted document: salt, ciphertext, tag. What stands before them is bound to them.</summary>
internal static class DocumentSeal
{
    /// <param name="dataKey">Null to leave the content as it is.</param>
    /// <param name="key">The document's object.</param>
    /// <param name="before">Everything that stands before the content in the document.</param>
    public static ReadOnlyMemory<byte> Seal(DataKey? dataKey, string key, byte[] before, ReadOnlyMemory<byte> content)
    {
        if (dataKey is null)
            return content;
        byte[] sealedContent = [.. SaltedSeal.NewSalt(), .. content.Span, .. new byte[SaltedSeal.TagSize]];
        dataKey.Seal(sealedContent.AsSpan(0, SaltedSeal.SaltSize), Purpose(key), before, sealedContent.AsSpan(SaltedSeal.SaltSize));
        return sealedContent;
    }

    /// <param name="content">The end of <paramref name="document"/>; becomes the part of it that is to be decoded, decrypted in place.</param>
    /// <returns>False when it is not what was written.</returns>
    public static bool TryOpen(DataKey? dataKey, string key, byte[] document, ref Memory<byte> content)
    {
        if (dataKey is null)
            return true;
        if (content.Length < SaltedSeal.SaltSize + SaltedSeal.TagSize)
            return false;
        var before = document.AsSpan(0, document.Length - content.Length);
        var salt = content.Span[..SaltedSeal.SaltSize];
        content = content[SaltedSeal.SaltSize..];
        var isWhole = dataKey.TryUnseal(salt, Purpose(key), before, content.Span);
        content = content[..^SaltedSeal.TagSize];
        return isWhole;
    }

    private static string Purpose(string key) => $"document/{key}";
}
