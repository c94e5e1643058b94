using BackupPortal.Components.Shared;

namespace BackupPortal.Components.Tokens;

/// <summary>The texts of this folder: <c>TokensTexts.resx</c> (English) and <c>TokensTexts.de.resx</c>.</summary>
internal static class TokensTexts
{
    public static PortalTexts Texts { get; } = new(typeof(TokensTexts));
}
