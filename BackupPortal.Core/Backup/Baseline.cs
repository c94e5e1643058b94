using BackupPortal.Core.Repository;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Sources;

namespace BackupPortal.Core.Backup;

/// <summary>Files that were read before, and until when their times can be trusted.</summary>
/// <param name="TrustedBeforeUnixNanoseconds">A file modified at or after this may have changed again within the same tick of the file system's clock.</param>
internal sealed record Baseline(CompactEntries Files, long TrustedBeforeUnixNanoseconds)
{
    /// <summary>The coarsest clock of a file system (FAT) ticks every two seconds.</summary>
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(2);

    /// <summary>A safety snapshot reads its files some time before the instant that it is named for.</summary>
    private static readonly TimeSpan LongestRestore = TimeSpan.FromHours(1);

    /// <summary>Files of an imported snapshot say nothing of live ones: they came from elsewhere, with times that anybody may have set.</summary>
    public static Baseline Of(SnapshotRecord? record, CompactEntries files) => record is null or { Origin: SnapshotOrigin.Imported }
        ? new Baseline(new CompactEntries(), long.MinValue)
        : new Baseline(files, Nanoseconds(record.CreatedUtc - (record.Origin == SnapshotOrigin.Safety ? LongestRestore : Tick)));

    /// <param name="begun">When the files began to be read.</param>
    public static Baseline Of(DateTimeOffset begun, CompactEntries entries) => new(entries, Nanoseconds(begun - Tick));

    /// <summary>The entry as it is now with the content as it was before; null when the content must be read.</summary>
    public FileEntry? Reuse(FileEntry now) =>
        Files.Find(now.Path) is { Hash: not null } before
        && now.ModifiedUnixNanoseconds < TrustedBeforeUnixNanoseconds
        && FileTree.LooksUnchanged(before, now)
            ? now with { Hash = before.Hash, Pieces = before.Pieces }
            : null;

    private static long Nanoseconds(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;
}
