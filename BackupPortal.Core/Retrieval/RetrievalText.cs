using BackupPortal.Core.Messages;

namespace BackupPortal.Core.Retrieval;

/// <summary>Sentences of this capability; see RetrievalTexts.resx.</summary>
internal static class RetrievalText
{
    public static Message Of(string key, params IReadOnlyList<string> arguments) => new("Retrieval", key, arguments);

    /// <summary>Gives up; live data is as before.</summary>
    public static PortalException Refusal(string key, string hint, Exception? cause = null, params IReadOnlyList<string> arguments) =>
        new(Of(key, arguments), Of(hint), canRetry: false, cause);
}
