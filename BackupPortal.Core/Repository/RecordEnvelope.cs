using System.Text;
using System.Text.RegularExpressions;
using BackupPortal.Core.Encryption;
using BackupPortal.Core.Snapshots;

namespace BackupPortal.Core.Repository;

/// <summary>What is around a record that is encrypted: JSON again, whose bytes have exactly one form.</summary>
internal static partial class RecordEnvelope
{
    /// <param name="key">Null to leave the record as it is.</param>
    public static byte[] Seal(byte[] record, SnapshotId id, DataKey? key)
    {
        if (key is null)
            return record;
        var salt = SaltedSeal.NewSalt();
        byte[] content = [.. record, .. new byte[SaltedSeal.TagSize]];
        key.Seal(salt, Purpose(id), default, content);
        return Encoding.ASCII.GetBytes(
            $"{{\n  \"format\": 1,\n  \"id\": \"{id}\",\n  \"key\": \"{key.Id}\",\n  \"salt\": \"{RepositoryLayout.Hex(salt)}\",\n"
            + $"  \"record\": \"{Convert.ToBase64String(content)}\"\n}}\n");
    }

    /// <returns>The record; <paramref name="stored"/> itself when it is no envelope.</returns>
    /// <exception cref="RepositoryException">It is damaged, or belongs to another snapshot.</exception>
    /// <exception cref="EncryptionException">The key cannot be had, or the record is plain and may not be.</exception>
    public static async Task<byte[]> OpenAsync(byte[] stored, SnapshotId id, RepositoryCipher cipher, CancellationToken cancellationToken)
    {
        var objectKey = RepositoryLayout.SnapshotKey(id);
        var match = Form().Match(Encoding.Latin1.GetString(stored));
        if (!match.Success)
        {
            cipher.CheckPlainRecord(objectKey);
            return stored;
        }
        if (match.Groups["id"].Value != id.Value)
            throw RepositoryFault.DamagedRecord(id.Value, "it is the record of another backup");
        var key = await cipher.KeyAsync(match.Groups["key"].Value, objectKey, cancellationToken);
        var content = Content(match.Groups["record"].Value);
        return content is not null && key.TryUnseal(Convert.FromHexString(match.Groups["salt"].Value), Purpose(id), default, content)
            ? content[..^SaltedSeal.TagSize]
            : throw RepositoryFault.DamagedRecord(id.Value, "it cannot be decrypted");
    }

    /// <summary>The data key that a record is encrypted with; null when it is plain.</summary>
    public static string? KeyOf(byte[] stored) =>
        Form().Match(Encoding.Latin1.GetString(stored)) is { Success: true } match ? match.Groups["key"].Value : null;

    private static byte[]? Content(string text)
    {
        var content = new byte[text.Length];
        // Two texts that give the same bytes are not the same object.
        return Convert.TryFromBase64String(text, content, out var length) && Convert.ToBase64String(content, 0, length) == text ? content[..length] : null;
    }

    private static string Purpose(SnapshotId id) => $"record/{id}";

    [GeneratedRegex("""
        \A\{\n  "format": 1,\n  "id": "(?<id>[0-9a-z-]+)",\n  "key": "(?<key>[0-9a-f]{8})",\n  "salt": "(?<salt>[0-9a-f]{32})",\n  "record": "(?<record>[A-Za-z0-9+/=]+)"\n\}\n\z
        """)]
    private static partial Regex Form();
}
