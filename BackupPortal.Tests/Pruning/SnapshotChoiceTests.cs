using BackupPortal.Core.Messages;
using BackupPortal.Core.Pruning;
using BackupPortal.Core.Snapshots;

namespace BackupPortal.Tests.Pruning;

public sealed class SnapshotChoiceTests
{
    // Newest first.
    private static readonly SnapshotId[] all =
        [.. Enumerable.Range(0, 4).Select(day => SnapshotId.Create(new DateTimeOffset(2026, 11, 20, 20, 0, 0, TimeSpan.Zero).AddDays(-day)))];

    [Fact]
    public void Of_Keep_GivesUpTheOldest() => Assert.Equal([all[2], all[3]], Choose(keep: 2).GiveUp);

    [Fact]
    public void Of_Nothing_GivesUpNothing() => Assert.Empty(Choose().GiveUp);

    [Fact]
    public void Of_NamedAndKeep_GivesUpBoth() => Assert.Equal([all[0], all[3]], Choose(keep: 3, named: [all[0]]).GiveUp);

    [Fact]
    public void Of_KeepPastANeededOne_HoldsIt()
    {
        var (giveUp, held) = Choose(keep: 1, needed: new() { [all[2]] = HoldReason.Undo });

        Assert.Equal([all[1], all[3]], giveUp);
        Assert.Equal(new HeldSnapshot(all[2], HoldReason.Undo), Assert.Single(held));
    }

    [Fact]
    public void Of_NamedOneIsNeeded_Refuses() => Assert.Equal(
        "RefusedRestore", Assert.Throws<PortalException>(() => Choose(named: [all[2]], needed: new() { [all[2]] = HoldReason.Restore })).What.Key);

    [Fact]
    public void Of_OnlyDamagedWouldStay_HoldsTheNewestGoodOne()
    {
        var (giveUp, held) = Choose(keep: 2, damaged: [all[0], all[1]]);

        Assert.Equal([all[3]], giveUp);
        Assert.Equal(new HeldSnapshot(all[2], HoldReason.LastGood), Assert.Single(held));
    }

    [Fact]
    public void Of_AllNamed_Refuses() =>
        Assert.Equal("RefusedLastGood", Assert.Throws<PortalException>(() => Choose(named: [.. all])).What.Key);

    private static (IReadOnlyList<SnapshotId> GiveUp, IReadOnlyList<HeldSnapshot> Held) Choose(
        int? keep = null, HashSet<SnapshotId>? named = null, Dictionary<SnapshotId, HoldReason>? needed = null, HashSet<SnapshotId>? damaged = null) =>
        SnapshotChoice.Of(all, keep, named ?? [], needed ?? [], damaged ?? []);
}
