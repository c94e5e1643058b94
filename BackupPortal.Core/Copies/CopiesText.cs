using BackupPortal.Core.Messages;

namespace BackupPortal.Core.Copies;

/// <summary>Sentences of this capability; see CopiesTexts.resx.</summary>
internal static class CopiesText
{
    public static Message Of(string key, params string[] arguments) => new("Copies", key, arguments);

    public static PortalException Refusal(string key, string hint, Exception? cause = null, params string[] arguments) =>
        new(Of(key, arguments), Of(hint), canRetry: false, cause);
}
