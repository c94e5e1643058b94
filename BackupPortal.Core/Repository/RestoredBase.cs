using BackupPortal.Core.Snapshots;

namespace BackupPortal.Core.Repository;

/// <summary>
/// Remembers that a restore has put a snapshot live, so that the next one is built on that rather than on the newest, which is the state before the restore. Only ever a
/// hint: without it the next snapshot is larger, and as right.
/// </summary>
internal static class RestoredBase
{
    private const string FileName = "restored";

    /// <param name="cacheFolder">Of the repository.</param>
    /// <param name="newest">The safety snapshot; while it is the newest, the hint holds.</param>
    public static void Keep(string cacheFolder, SnapshotId newest, SnapshotId restored)
    {
        Directory.CreateDirectory(cacheFolder);
        File.WriteAllLines(Path.Combine(cacheFolder, FileName), [newest.Value, restored.Value]);
    }

    /// <summary>Null when there is no hint for that newest snapshot.</summary>
    public static SnapshotId? Find(string cacheFolder, SnapshotId newest)
    {
        try
        {
            return File.ReadAllLines(Path.Combine(cacheFolder, FileName)) is [var after, var restored] && after == newest.Value
                && SnapshotId.TryParse(restored, out var id) ? id : null;
        }
        catch (Exception none) when (none is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
