using BackupPortal.Core.Catalog;
using BackupPortal.Core.Snapshots;

namespace BackupPortal.Api;

/// <summary>A snapshot, as lists tell of it.</summary>
/// <param name="Origin">Manual, Automatic, Safety or Imported.</param>
/// <param name="SizeBytes">What a restore of all of it writes.</param>
/// <param name="AddedBytes">What it added to the repository.</param>
/// <param name="ProvenLevel">How far it was proven that it can be restored: Decode or Drill; null when it was not.</param>
internal sealed record SnapshotResource(
    string Id, DateTimeOffset CreatedUtc, string Origin, string? Note, string CreatedBy, long SizeBytes, long AddedBytes, double DurationSeconds,
    DateTimeOffset? ProvenUtc, string? ProvenLevel, bool IsDamaged)
{
    public static SnapshotResource From(SnapshotSummary summary) => new(
        summary.Id.Value, summary.CreatedUtc, summary.Origin.ToString(), summary.Note, summary.CreatedBy, summary.SizeBytes, summary.AddedBytes,
        summary.Duration.TotalSeconds, summary.ProvenUtc, summary.ProvenLevel?.ToString(), summary.IsDamaged);
}

/// <summary>A snapshot, with what it holds.</summary>
/// <param name="Notices">What its reader must know, such as a file that vanished while it was read.</param>
internal sealed record SnapshotDetail(
    SnapshotResource Snapshot, long DatabaseBytes, int PageSize, int UserVersion, int TableCount, long FileCount, long FilesBytes, IReadOnlyList<string> Notices)
{
    public static SnapshotDetail From(SnapshotSummary summary, SnapshotRecord record) => new(
        SnapshotResource.From(summary), record.Database.SizeBytes, record.Database.PageSize, record.Database.UserVersion, record.Database.Tables.Count,
        record.Files.Count, record.Files.SizeBytes, record.Notices);
}

internal sealed record SnapshotTable(string Name, long RowCount);

/// <param name="Kind">File, Folder or Link.</param>
internal sealed record SnapshotFile(string Path, string Kind, long SizeBytes, DateTimeOffset ModifiedUtc, string? Sha256)
{
    public static SnapshotFile From(FileEntry entry) => new(
        entry.Path, entry.Kind.ToString(), entry.SizeBytes, DateTimeOffset.UnixEpoch.AddTicks(entry.ModifiedUnixNanoseconds / TimeSpan.NanosecondsPerTick), entry.Sha256);
}
