using BackupPortal.Core.Snapshots;

namespace BackupPortal.Components.Formats;

/// <summary>
/// The note that a person wrote. A safety copy's note names snapshot and operation, in English, for whoever has only the repository; its origin already says
/// on every page what it is.
/// </summary>
internal static class SnapshotNote
{
    public static string? Of(SnapshotOrigin origin, string? note) => origin == SnapshotOrigin.Safety ? null : note;
}
