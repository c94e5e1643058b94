using BackupPortal.Components.Shared;

namespace BackupPortal.Components.Overview;

/// <summary>The texts of this folder: <c>OverviewTexts.resx</c> (English) and <c>OverviewTexts.de.resx</c>.</summary>
internal static class OverviewTexts
{
    public static PortalTexts Texts { get; } = new(typeof(OverviewTexts));
}
