using BackupPortal.Core.Messages;
using BackupPortal.Core.Snapshots;

namespace BackupPortal.Core.Pruning;

/// <summary>Decides which snapshots go. Pure.</summary>
internal static class SnapshotChoice
{
    /// <param name="all">Newest first.</param>
    /// <param name="keep">How many of the newest stay; null for all.</param>
    /// <param name="named">Snapshots to give up, whatever <paramref name="keep"/> says; all of them in <paramref name="all"/>.</param>
    /// <param name="needed">Snapshots that something still needs, each with what.</param>
    /// <param name="damaged">Snapshots that are known to be damaged.</param>
    /// <exception cref="PortalException">A named one is needed, or nothing good would be left. Only naming refuses; counting just holds.</exception>
    public static (IReadOnlyList<SnapshotId> GiveUp, IReadOnlyList<HeldSnapshot> Held) Of(
        IReadOnlyList<SnapshotId> all, int? keep, IReadOnlySet<SnapshotId> named, IReadOnlyDictionary<SnapshotId, HoldReason> needed,
        IReadOnlySet<SnapshotId> damaged)
    {
        foreach (var id in named)
        {
            if (needed.TryGetValue(id, out var why))
                throw Refusal(id, why);
        }
        var held = new List<HeldSnapshot>();
        var goes = new HashSet<SnapshotId>(named);
        foreach (var id in all.Skip(keep ?? all.Count).Where(id => !named.Contains(id)))
        {
            if (needed.TryGetValue(id, out var why))
                held.Add(new HeldSnapshot(id, why));
            else
                goes.Add(id);
        }
        HoldTheLastGood(all, named, damaged, goes, held);
        return ([.. all.Where(goes.Contains)], held);
    }

    private static void HoldTheLastGood(
        IReadOnlyList<SnapshotId> all, IReadOnlySet<SnapshotId> named, IReadOnlySet<SnapshotId> damaged, HashSet<SnapshotId> goes, List<HeldSnapshot> held)
    {
        if (goes.Count == 0 || all.Any(id => !goes.Contains(id) && !damaged.Contains(id)))
            return;
        // Where all are damaged the newest is still the best there is.
        var last = all.FirstOrDefault(id => !damaged.Contains(id)) ?? all[0];
        if (!goes.Contains(last))
            return;
        if (named.Contains(last))
            throw Refusal(last, HoldReason.LastGood);
        goes.Remove(last);
        held.Add(new HeldSnapshot(last, HoldReason.LastGood));
    }

    private static PortalException Refusal(SnapshotId id, HoldReason why) =>
        new(new Message("Pruning", $"Refused{why}", id.Value), new Message("Pruning", "RefusedHint"));
}
