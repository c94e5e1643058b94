using BackupPortal.Components.Shared;

namespace BackupPortal.Components.Restores;

/// <summary>The texts of this folder: <c>RestoresTexts.resx</c> (English) and <c>RestoresTexts.de.resx</c>.</summary>
internal static class RestoresTexts
{
    public static PortalTexts Texts { get; } = new(typeof(RestoresTexts));
}
