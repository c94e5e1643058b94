using BackupPortal.Core.Messages;

namespace BackupPortal.Core.Restore;

/// <summary>Sentences of this capability; see RestoreTexts.resx.</summary>
internal static class RestoreText
{
    public static Message Of(string key, params string[] arguments) => new("Restore", key, arguments);

    /// <summary>Gives the restore up before anything was touched.</summary>
    public static PortalException Refusal(string key, string? hint = null, Exception? cause = null, params string[] arguments) =>
        new(Of(key, arguments), hint is null ? null : Of(hint), canRetry: false, cause);

    /// <summary>Ends the restore with live data as it was before.</summary>
    public static PortalException Return(Message told, Exception? cause) => new(told, Of("SwapFailedHint"), canRetry: false, cause);
}
