using BackupPortal.Core.Snapshots;

namespace BackupPortal.Core.Catalog;

/// <summary>A check of a snapshot that came to its end.</summary>
/// <param name="AtUtc">When it ended.</param>
/// <param name="Took">Of this snapshot alone, when several were checked; null where it was not kept.</param>
public sealed record SnapshotCheck(VerifyLevel Level, DateTimeOffset AtUtc, TimeSpan? Took);
