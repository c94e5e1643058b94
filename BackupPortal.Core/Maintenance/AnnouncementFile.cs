using System.Text.Json;
using BackupPortal.Core.Operations;

namespace BackupPortal.Core.Maintenance;

/// <summary>How a <see cref="MaintenanceAnnouncement"/> stands in its file.</summary>
internal sealed record AnnouncementFile(DateTimeOffset BeginsUtc, Guid Operation, string By)
{
    public static Task WriteAsync(string path, MaintenanceAnnouncement announcement) => DurableFile.WriteAsync(
        path, JsonSerializer.SerializeToUtf8Bytes(new AnnouncementFile(announcement.BeginsUtc, announcement.Operation.Value, announcement.By)));

    /// <summary>Null when there is none. One that cannot be read announces nothing: nobody is kept out by it.</summary>
    public static MaintenanceAnnouncement? Read(string path)
    {
        if (!File.Exists(path))
            return null;
        try
        {
            return JsonSerializer.Deserialize<AnnouncementFile>(File.ReadAllBytes(path)) is { By: not null } file
                ? new MaintenanceAnnouncement(file.BeginsUtc, new OperationId(file.Operation), file.By)
                : null;
        }
        catch (Exception unreadable) when (unreadable is JsonException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
