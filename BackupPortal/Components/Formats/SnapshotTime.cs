using System.Globalization;
using BackupPortal.Core.Snapshots;

namespace BackupPortal.Components.Formats;

/// <summary>The second in which a snapshot was begun, as its identifier tells it: for lists that have no record at hand.</summary>
internal static class SnapshotTime
{
    public static DateTimeOffset Of(SnapshotId id) => DateTimeOffset.ParseExact(
        id.Value[..16], "yyyyMMdd't'HHmmss'z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
