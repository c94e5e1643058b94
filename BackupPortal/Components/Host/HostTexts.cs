using BackupPortal.Components.Shared;

namespace BackupPortal.Components.Host;

/// <summary>The texts of this folder: <c>HostTexts.resx</c> (English) and <c>HostTexts.de.resx</c>.</summary>
internal static class HostTexts
{
    public static PortalTexts Texts { get; } = new(typeof(HostTexts));
}
