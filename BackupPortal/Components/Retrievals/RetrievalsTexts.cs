using BackupPortal.Components.Shared;

namespace BackupPortal.Components.Retrievals;

/// <summary>The texts of this folder: <c>RetrievalsTexts.resx</c> (English) and <c>RetrievalsTexts.de.resx</c>.</summary>
internal static class RetrievalsTexts
{
    public static PortalTexts Texts { get; } = new(typeof(RetrievalsTexts));
}
