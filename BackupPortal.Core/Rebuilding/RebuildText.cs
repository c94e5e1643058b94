using BackupPortal.Core.Messages;

namespace BackupPortal.Core.Rebuilding;

/// <summary>Sentences of this capability; see RebuildingTexts.resx.</summary>
internal static class RebuildText
{
    public static Message Of(string key, params string[] arguments) => new("Rebuilding", key, arguments);

    public static PortalException Refusal(string key, string hint, params string[] arguments) => new(Of(key, arguments), Of(hint));
}
