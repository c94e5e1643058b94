using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace BackupPortal.Core.Tenancy;

/// <summary>
/// A tenant's short name, as it stands in addresses, folder names and commands: 2 to 40 characters, <c>a-z</c>, <c>0-9</c> and
/// single hyphens inside, beginning with a letter.
/// </summary>
public sealed partial record TenantSlug
{
    private TenantSlug(string value) => Value = value;

    public string Value { get; }

    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out TenantSlug? slug)
    {
        slug = text is { Length: >= 2 and <= 40 } && Pattern().IsMatch(text) ? new TenantSlug(text) : null;
        return slug is not null;
    }

    /// <exception cref="FormatException"><paramref name="text"/> is not a slug.</exception>
    public static TenantSlug Parse(string text) =>
        TryParse(text, out var slug) ? slug : throw new FormatException($"'{text}' is not a tenant's short name.");

    public override string ToString() => Value;

    [GeneratedRegex("^[a-z](?:[a-z0-9]|-(?=[a-z0-9]))+\\z")]
    private static partial Regex Pattern();
}
