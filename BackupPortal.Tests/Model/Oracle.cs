using BackupPortal.Core.Snapshots;

namespace BackupPortal.Tests.Model;

/// <summary>Every snapshot that was acknowledged and not given up, oldest first, with what a restore of it must give.</summary>
internal sealed class Oracle
{
    private readonly List<(SnapshotRecord Record, WorldState State)> snapshots = [];

    public int Count => snapshots.Count;

    public IReadOnlyList<(SnapshotRecord Record, WorldState State)> Snapshots => snapshots;

    /// <summary>No file that was modified at or after this has been trusted to be unchanged by any snapshot.</summary>
    public DateTimeOffset LatestInstant => snapshots.Count == 0 ? DateTimeOffset.MinValue : snapshots.Max(one => one.Record.CreatedUtc);

    public void Add(SnapshotRecord record, WorldState state) => snapshots.Add((record, state));

    public void GiveUp(IReadOnlySet<SnapshotId> ids) => snapshots.RemoveAll(one => ids.Contains(one.Record.Id));

    public bool Has(SnapshotId id) => snapshots.Exists(one => one.Record.Id == id);
}
