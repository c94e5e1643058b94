using BackupPortal.Components.Shared;

namespace BackupPortal.Components.Backups;

/// <summary>The texts of this folder: <c>BackupsTexts.resx</c> (English) and <c>BackupsTexts.de.resx</c>.</summary>
internal static class BackupsTexts
{
    public static PortalTexts Texts { get; } = new(typeof(BackupsTexts));
}
