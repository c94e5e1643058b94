using System.Text.Json;
using BackupPortal.Core.Messages;
using BackupPortal.Core.Operations;

namespace BackupPortal.Core.Maintenance;

/// <summary>How a <see cref="MaintenanceNotice"/> stands in its file.</summary>
internal sealed record NoticeFile(DateTimeOffset SinceUtc, Guid? Operation, string By)
{
    public static async Task WriteAsync(string path, MaintenanceNotice notice) =>
        await DurableFile.WriteAsync(path, JsonSerializer.SerializeToUtf8Bytes(new NoticeFile(notice.SinceUtc, notice.Operation?.Value, notice.By)));

    /// <summary>Null when there is no notice; one with a <see cref="MaintenanceNotice.Problem"/> when it cannot be read.</summary>
    public static MaintenanceNotice? Read(string path)
    {
        if (!File.Exists(path))
            return null;
        try
        {
            return JsonSerializer.Deserialize<NoticeFile>(File.ReadAllBytes(path)) is { By: not null } file
                ? new MaintenanceNotice(file.SinceUtc, file.Operation is { } operation ? new OperationId(operation) : null, file.By)
                : Unreadable(path);
        }
        catch (Exception gone) when (gone is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception damaged) when (damaged is JsonException or IOException or UnauthorizedAccessException)
        {
            return Unreadable(path);
        }
    }

    private static MaintenanceNotice Unreadable(string path) =>
        new(new DateTimeOffset(File.GetLastWriteTimeUtc(path), TimeSpan.Zero), null, "", new Message("Maintenance", "NoticeUnreadable"));
}
