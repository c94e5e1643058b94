using System.Security.Cryptography;
using System.Text;

namespace BackupPortal.Core.Catalog;

/// <summary>
/// A token as programs show it: <c>bp_</c>, its identifier, <c>_</c>, a secret of 256 random bits, and a checksum of all that, in hexadecimal. By the shape and the
/// checksum those who look for forgotten secrets in files recognise it, and what cannot be one is told without looking it up.
/// </summary>
internal sealed record AccessTokenText(Guid Id, string Secret)
{
    private const string Mark = "bp_";
    private const int IdLength = 32;
    private const int SecretLength = 64;
    private const int ChecksumLength = 8;
    private const int Length = 3 + IdLength + 1 + SecretLength + ChecksumLength;

    public static AccessTokenText Create(Guid id) => new(id, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SecretLength / 2)));

    /// <summary>What the catalog keeps of the secret. It is random and long, so that one round is enough.</summary>
    public string Hash => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(Secret)));

    /// <returns>Null for what cannot be a token.</returns>
    public static AccessTokenText? TryParse(string? text)
    {
        if (text?.Length != Length || !text.StartsWith(Mark, StringComparison.Ordinal) || text[Mark.Length + IdLength] != '_')
            return null;
        var isWhole = Guid.TryParseExact(text.AsSpan(Mark.Length, IdLength), "N", out var id);
        var parsed = new AccessTokenText(id, text.Substring(Mark.Length + IdLength + 1, SecretLength));
        return isWhole && parsed.ToString() == text ? parsed : null;
    }

    /// <summary>True when <paramref name="hash"/> is this secret's, in a time that does not tell how far it was right.</summary>
    public bool Matches(string hash) => CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Hash), Encoding.ASCII.GetBytes(hash));

    public override string ToString()
    {
        var text = $"{Mark}{Id:N}_{Secret}";
        return text + Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(text)))[..ChecksumLength];
    }
}
