using System.Runtime.Versioning;
using BackupPortal.Core.Snapshots;

namespace BackupPortal.Tests.Model;

/// <summary>Every snapshot that was acknowledged and not given up, oldest first, with what a restore of it must give.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed class Oracle
{
    // A little less than what is allowed for.
    private static readonly TimeSpan tick = TimeSpan.FromSeconds(1.9);

    private readonly List<(SnapshotRecord Record, WorldState State)> snapshots = [];

    public int Count => snapshots.Count;

    public IReadOnlyList<(SnapshotRecord Record, WorldState State)> Snapshots => snapshots;

    /// <summary>A file that was modified at or after this may have been changed again in the same tick, and must be read again.</summary>
    public DateTimeOffset UnprovenSince => snapshots.Count == 0 ? DateTimeOffset.MinValue : snapshots.Max(one => one.Record.CreatedUtc) - tick;

    public void Add(SnapshotRecord record, WorldState state) => snapshots.Add((record, state));

    public int GiveUp(IReadOnlySet<SnapshotId> ids) => snapshots.RemoveAll(one => ids.Contains(one.Record.Id));

    public bool Has(SnapshotId id) => snapshots.Exists(one => one.Record.Id == id);
}
