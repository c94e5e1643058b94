using System.Text.RegularExpressions;

namespace BackupPortal.Core.Retrieval;

/// <summary>Finds the table that a full-text table indexes without keeping its text.</summary>
internal static partial class SearchContent
{
    /// <returns>Null for a table that keeps its own text, or none.</returns>
    public static string? Of(string createStatement) =>
        Content().Match(createStatement) is { Success: true } found && found.Groups["name"].Value is { Length: > 0 } name ? name : null;

    [GeneratedRegex("""[,(]\s*content\s*=\s*["'`\[]?(?<name>[^"'`\],)]*)""", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Content();
}
