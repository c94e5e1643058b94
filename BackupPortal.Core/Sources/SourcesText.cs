using BackupPortal.Core.Messages;

namespace BackupPortal.Core.Sources;

internal static class SourcesText
{
    public static Message Of(string key, params IReadOnlyList<string> arguments) => new("Sources", key, arguments);
}
