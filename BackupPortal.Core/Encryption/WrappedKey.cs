using System.Text;
using System.Text.RegularExpressions;

namespace BackupPortal.Core.Encryption;

/// <summary>A data key, encrypted by a master key: the object <c>keys/(data key)-(master key).json</c>. Its bytes have exactly one form.</summary>
/// <param name="Id">Of the data key.</param>
/// <param name="MasterKey">The master key's fingerprint.</param>
internal sealed partial record WrappedKey(string Id, string MasterKey, byte[] Salt, byte[] Wrapped)
{
    public const string Folder = "keys";

    private const int WrappedSize = KeyDerivation.KeySize + SaltedSeal.TagSize;

    public string Key => KeyOf(Id, MasterKey);

    public static string KeyOf(string id, string masterKey) => $"{Folder}/{id}-{masterKey}.json";

    /// <summary>What an object's name tells; null when it is something else.</summary>
    public static (string Id, string MasterKey)? Named(string key) =>
        NamePattern().Match(key) is { Success: true } match ? (match.Groups[1].Value, match.Groups[2].Value) : null;

    public static WrappedKey Wrap(DataKey key, MasterKey masterKey)
    {
        var salt = SaltedSeal.NewSalt();
        byte[] wrapped = [.. key.Secret, .. new byte[SaltedSeal.TagSize]];
        SaltedSeal.Seal(masterKey.Secret, salt, Purpose(key.Id), default, wrapped);
        return new WrappedKey(key.Id, masterKey.Fingerprint, salt, wrapped);
    }

    /// <exception cref="EncryptionException">It is damaged, or belongs to another name.</exception>
    public static WrappedKey Read(ReadOnlySpan<byte> document, string key)
    {
        var text = Encoding.Latin1.GetString(document);
        if (FormatPattern().Match(text) is { Success: true } format && format.Groups[1].Value != "1")
            throw EncryptionFault.NewerDataKey(key);
        var match = DocumentPattern().Match(text);
        if (!match.Success)
            throw EncryptionFault.DamagedDataKey(key, "it is not a wrapped key");
        var found = new WrappedKey(
            match.Groups[1].Value, match.Groups[2].Value, Convert.FromHexString(match.Groups[3].Value), Convert.FromHexString(match.Groups[4].Value));
        return found.Key == key && found.Wrapped.Length == WrappedSize ? found : throw EncryptionFault.DamagedDataKey(key, "it is that of another name");
    }

    /// <exception cref="EncryptionException">It is damaged.</exception>
    public DataKey Open(MasterKey masterKey)
    {
        var secret = Wrapped.ToArray();
        if (!SaltedSeal.TryUnseal(masterKey.Secret, Salt, Purpose(Id), default, secret))
            throw EncryptionFault.DamagedDataKey(Key, "it does not fit its authentication tag");
        var key = new DataKey(secret[..KeyDerivation.KeySize]);
        return key.Id == Id ? key : throw EncryptionFault.DamagedDataKey(Key, "it holds another key");
    }

    public byte[] ToBytes() => Encoding.ASCII.GetBytes(
        $"{{\n  \"format\": 1,\n  \"key\": \"{Id}\",\n  \"masterKey\": \"{MasterKey}\",\n  \"salt\": \"{Convert.ToHexStringLower(Salt)}\",\n"
        + $"  \"wrapped\": \"{Convert.ToHexStringLower(Wrapped)}\"\n}}\n");

    private static string Purpose(string id) => $"wrap/{id}";

    [GeneratedRegex("""\A\{\n  "format": ([0-9]+),\n""")]
    private static partial Regex FormatPattern();

    [GeneratedRegex("""\A\{\n  "format": 1,\n  "key": "([0-9a-f]{8})",\n  "masterKey": "([0-9a-f]{16})",\n  "salt": "([0-9a-f]{32})",\n  "wrapped": "([0-9a-f]{96})"\n\}\n\z""")]
    private static partial Regex DocumentPattern();

    [GeneratedRegex(@"\Akeys/([0-9a-f]{8})-([0-9a-f]{16})\.json\z")]
    private static partial Regex NamePattern();
}
