using BackupPortal.Core.Catalog;
using BackupPortal.Core.Snapshots;

namespace BackupPortal.Components.Backups;

/// <summary>How long a check will take, going by what a check of the same level took last. Pure.</summary>
internal static class CheckDuration
{
    /// <param name="snapshots">Of the same school.</param>
    /// <returns>Null when nothing tells.</returns>
    public static TimeSpan? Estimate(SnapshotSummary snapshot, VerifyLevel level, IEnumerable<SnapshotSummary> snapshots)
    {
        var known = snapshots
            .Where(one => one.LastCheck is { Took: not null } check && check.Level == level && one.SizeBytes > 0 && !one.IsDamaged)
            .MaxBy(static one => one.LastCheck!.AtUtc);
        return known?.LastCheck?.Took * ((double)snapshot.SizeBytes / known?.SizeBytes);
    }
}
