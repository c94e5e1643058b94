using BackupPortal.Components.Shared;

namespace BackupPortal.Components.Copies;

/// <summary>The texts of this folder: <c>CopiesTexts.resx</c> (English) and <c>CopiesTexts.de.resx</c>.</summary>
internal static class CopiesTexts
{
    public static PortalTexts Texts { get; } = new(typeof(CopiesTexts));
}
