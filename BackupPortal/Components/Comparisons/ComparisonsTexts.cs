using BackupPortal.Components.Shared;

namespace BackupPortal.Components.Comparisons;

/// <summary>The texts of this folder: <c>ComparisonsTexts.resx</c> (English) and <c>ComparisonsTexts.de.resx</c>.</summary>
internal static class ComparisonsTexts
{
    public static PortalTexts Texts { get; } = new(typeof(ComparisonsTexts));
}
