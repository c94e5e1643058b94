using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace BackupPortal.Core.Encryption;

/// <summary>The operator's secret, 32 random bytes: it opens the data key of every repository. Whoever loses it loses the backups.</summary>
public sealed class MasterKey
{
    private const int FingerprintSize = 8;

    private readonly byte[] secret;

    private MasterKey(byte[] secret)
    {
        this.secret = secret;
        Fingerprint = KeyDerivation.Fingerprint(secret, FingerprintSize);
    }

    /// <summary>16 hexadecimal digits that name the key and tell nothing of it.</summary>
    public string Fingerprint { get; }

    internal ReadOnlySpan<byte> Secret => secret;

    public static MasterKey Create() => new(RandomNumberGenerator.GetBytes(KeyDerivation.KeySize));

    /// <summary>Takes 32 bytes as base64 or as 64 hexadecimal digits; white space around them does not matter.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out MasterKey? key)
    {
        var trimmed = text.Trim();
        var bytes = new byte[KeyDerivation.KeySize];
        var isKey = trimmed.Length == 2 * KeyDerivation.KeySize
            ? Convert.FromHexString(trimmed, bytes, out _, out var written) == System.Buffers.OperationStatus.Done
            : Convert.TryFromBase64String(trimmed, bytes, out written);
        key = isKey && written == bytes.Length ? new MasterKey(bytes) : null;
        return key is not null;
    }

    /// <summary>The secret itself, as base64: what belongs into a file for its owner alone.</summary>
    public string Reveal() => Convert.ToBase64String(secret);

    /// <summary>The fingerprint, so that the secret gets into no log by accident.</summary>
    public override string ToString() => Fingerprint;
}
