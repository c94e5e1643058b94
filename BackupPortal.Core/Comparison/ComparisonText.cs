using BackupPortal.Core.Messages;

namespace BackupPortal.Core.Comparison;

internal static class ComparisonText
{
    public static Message Of(string key, params IReadOnlyList<string> arguments) => new("Comparison", key, arguments);
}
