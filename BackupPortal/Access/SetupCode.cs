using System.Security.Cryptography;
using System.Text;

namespace BackupPortal.Access;

/// <summary>
/// Proves that who sets the portal up can read its console. In memory only: a restart makes a new one. Safe for concurrent use.
/// </summary>
internal sealed class SetupCode
{
    /// <summary>After so many wrong ones the code is replaced.</summary>
    public const int Attempts = 5;

    // Without characters that are easily mistaken for others.
    private const string Alphabet = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    private readonly Lock gate = new();
    private string? code;
    private int wrong;

    /// <summary>Raised with each new code, for the console.</summary>
    public event Action<string>? Issued;

    /// <summary>Makes the first code; no change when there is one.</summary>
    public void Issue()
    {
        lock (gate)
        {
            if (code is not null)
                return;
            Replace();
        }
    }

    /// <returns>True when it is the code. A wrong one counts.</returns>
    public bool Matches(string? attempt)
    {
        lock (gate)
        {
            if (code is null)
                return false;
            if (CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(Plain(code)), Encoding.UTF8.GetBytes(Plain(attempt ?? ""))))
                return true;
            if (++wrong >= Attempts)
                Replace();
            return false;
        }
    }

    /// <summary>The code as it is now.</summary>
    /// <exception cref="InvalidOperationException">There is none (any more).</exception>
    internal string Reveal()
    {
        lock (gate)
            return code ?? throw new InvalidOperationException("There is no set-up code.");
    }

    /// <summary>Takes the code away for good: it has been used.</summary>
    public void Retire()
    {
        lock (gate)
            code = null;
    }

    private static string Plain(string text) => text.Replace("-", "", StringComparison.Ordinal).Trim().ToUpperInvariant();

    private void Replace()
    {
        var letters = RandomNumberGenerator.GetString(Alphabet, 12);
        code = $"{letters[..4]}-{letters[4..8]}-{letters[8..]}";
        wrong = 0;
        Issued?.Invoke(code);
    }
}
