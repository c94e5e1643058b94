using System.Globalization;
using BackupPortal.Core.Messages;
using BackupPortal.Core.Sources;

namespace BackupPortal.Core.Backup;

internal static class BackupText
{
    /// <summary>A folder that cannot be read at all must not make a log or a record endless.</summary>
    private const int MostNotices = 200;

    public static Message Of(string key, params IReadOnlyList<string> arguments) => new("Backup", key, arguments);

    public static Message Of(FileNotice notice) => Of("File" + notice.Reason, notice.Path, notice.Detail ?? "");

    public static IReadOnlyList<Message> Of(IReadOnlyList<FileNotice> notices)
    {
        var texts = notices.Take(MostNotices).Select(Of).ToList();
        if (notices.Count > MostNotices)
            texts.Add(Of("MoreNotices", Number(notices.Count - MostNotices)));
        return texts;
    }

    public static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    public static string Megabytes(long bytes) => (bytes / 1_000_000.0).ToString("0.0", CultureInfo.InvariantCulture);
}
