using BackupPortal.Components.Shared;

namespace BackupPortal.Components.Operations;

/// <summary>The texts of this folder: <c>OperationsTexts.resx</c> (English) and <c>OperationsTexts.de.resx</c>.</summary>
internal static class OperationsTexts
{
    public static PortalTexts Texts { get; } = new(typeof(OperationsTexts));
}
