using BackupPortal.Components.Shared;

namespace BackupPortal.Components.Api;

/// <summary>The texts of this folder: <c>ApiTexts.resx</c> (English) and <c>ApiTexts.de.resx</c>.</summary>
internal static class ApiTexts
{
    public static PortalTexts Texts { get; } = new(typeof(ApiTexts));
}
