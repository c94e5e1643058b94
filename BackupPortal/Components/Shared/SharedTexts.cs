namespace BackupPortal.Components.Shared;

/// <summary>The texts of this folder: <c>SharedTexts.resx</c> (English) and <c>SharedTexts.de.resx</c>.</summary>
internal static class SharedTexts
{
    public static PortalTexts Texts { get; } = new(typeof(SharedTexts));
}
