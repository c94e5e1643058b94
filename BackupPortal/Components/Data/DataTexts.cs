using BackupPortal.Components.Shared;

namespace BackupPortal.Components.Data;

/// <summary>The texts of this folder: <c>DataTexts.resx</c> (English) and <c>DataTexts.de.resx</c>.</summary>
internal static class DataTexts
{
    public static PortalTexts Texts { get; } = new(typeof(DataTexts));
}
