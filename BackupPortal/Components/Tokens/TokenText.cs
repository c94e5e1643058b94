using BackupPortal.Core.Catalog;
using static BackupPortal.Components.Tokens.TokensTexts;

namespace BackupPortal.Components.Tokens;

/// <summary>How rights are spoken of.</summary>
internal static class TokenText
{
    /// <summary>Each right there is, as they are offered.</summary>
    public static IReadOnlyList<TokenRights> All { get; } = [.. Enum.GetValues<TokenRights>().Where(static one => one != TokenRights.None)];

    public static IEnumerable<string> Rights(TokenRights rights) => All.Where(one => rights.HasFlag(one)).Select(Name);

    public static string Name(TokenRights right) => Texts[$"Right{right}"];
}
