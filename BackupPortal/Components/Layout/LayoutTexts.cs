using BackupPortal.Components.Shared;

namespace BackupPortal.Components.Layout;

/// <summary>The texts of this folder: <c>LayoutTexts.resx</c> (English) and <c>LayoutTexts.de.resx</c>.</summary>
internal static class LayoutTexts
{
    public static PortalTexts Texts { get; } = new(typeof(LayoutTexts));
}
