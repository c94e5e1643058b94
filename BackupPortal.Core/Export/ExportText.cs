using BackupPortal.Core.Messages;

namespace BackupPortal.Core.Export;

/// <summary>Sentences of this capability; see ExportTexts.resx.</summary>
internal static class ExportText
{
    public static Message Of(string key, params string[] arguments) => new("Export", key, arguments);

    public static PortalException Refusal(string key, string hint, Exception? cause = null, params string[] arguments) =>
        new(Of(key, arguments), Of(hint), canRetry: false, cause);
}
