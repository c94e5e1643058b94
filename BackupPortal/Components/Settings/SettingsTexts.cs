using BackupPortal.Components.Shared;

namespace BackupPortal.Components.Settings;

/// <summary>The texts of this folder: <c>SettingsTexts.resx</c> (English) and <c>SettingsTexts.de.resx</c>.</summary>
internal static class SettingsTexts
{
    public static PortalTexts Texts { get; } = new(typeof(SettingsTexts));
}
