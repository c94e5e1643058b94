using BackupPortal.Core.Encryption;

namespace BackupPortal.Core.Repository;

/// <summary>Five bytes in the header of a pack or a document: flags, and the data key that it is encrypted with. All zeros in a plain one.</summary>
internal static class EncryptionMark
{
    public const int Size = 1 + DataKey.IdSize;

    private const byte IsEncrypted = 1;

    public static void Write(DataKey? key, Span<byte> header)
    {
        if (key is null)
            return;
        header[0] = IsEncrypted;
        Convert.FromHexString(key.Id).CopyTo(header[1..]);
    }

    /// <param name="header">The mark, and whatever follows that must be zeros.</param>
    /// <param name="key">Null for a plain object.</param>
    /// <returns>False when a later version wrote it.</returns>
    public static bool TryRead(ReadOnlySpan<byte> header, out string? key)
    {
        key = header[0] == IsEncrypted ? RepositoryLayout.Hex(header[1..Size]) : null;
        var rest = key is null ? header : header[Size..];
        return !rest.ContainsAnyExcept((byte)0);
    }
}
