using BackupPortal.Components.Shared;

namespace BackupPortal.Components.Formats;

/// <summary>The texts of this folder: <c>FormatsTexts.resx</c> (English) and <c>FormatsTexts.de.resx</c>.</summary>
internal static class FormatsTexts
{
    public static PortalTexts Texts { get; } = new(typeof(FormatsTexts));
}
