using System.Security.Cryptography;

namespace BackupPortal.Core.Encryption;

/// <summary>
/// The secret of one repository. It encrypts nothing itself: every object has a key of its own, derived from it. Immutable, safe for concurrent use.
/// </summary>
/// <param name="secret">Belongs to the key from now on.</param>
internal sealed class DataKey(byte[] secret)
{
    /// <summary>Bytes of <see cref="Id"/> in an object's header.</summary>
    public const int IdSize = 4;

    private readonly byte[] naming = Derive(secret, "names");

    /// <summary>Names the key in every object that is encrypted with it: 8 hexadecimal digits that follow from the key.</summary>
    public string Id { get; } = KeyDerivation.Fingerprint(secret, IdSize);

    /// <summary>For wrapping it.</summary>
    public ReadOnlySpan<byte> Secret => secret;

    public static DataKey Create() => new(RandomNumberGenerator.GetBytes(KeyDerivation.KeySize));

    /// <param name="pack">Random, and never used before.</param>
    /// <param name="header">The pack's header.</param>
    public PackSeal ForPack(string pack, byte[] header) => new(Derive(secret, $"pack/{pack}"), header);

    /// <summary>A document's name: equal contents have equal names, and nobody without the key can tell which content it is. Hexadecimal digits.</summary>
    public string NameOf(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(HMACSHA256.HashData(naming, content));

    /// <summary>See <see cref="SaltedSeal.Seal"/>.</summary>
    public void Seal(ReadOnlySpan<byte> salt, string purpose, ReadOnlySpan<byte> bound, Span<byte> content) =>
        SaltedSeal.Seal(secret, salt, purpose, bound, content);

    /// <summary>See <see cref="SaltedSeal.TryUnseal"/>.</summary>
    public bool TryUnseal(ReadOnlySpan<byte> salt, string purpose, ReadOnlySpan<byte> bound, Span<byte> content) =>
        SaltedSeal.TryUnseal(secret, salt, purpose, bound, content);

    private static byte[] Derive(byte[] secret, string purpose)
    {
        var derived = new byte[KeyDerivation.KeySize];
        KeyDerivation.Derive(secret, default, purpose, derived);
        return derived;
    }
}
