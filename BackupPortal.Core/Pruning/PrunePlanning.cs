using BackupPortal.Core.Repository;
using BackupPortal.Core.Snapshots;

namespace BackupPortal.Core.Pruning;

/// <summary>Turns a survey into a plan. Pure but for the clock.</summary>
internal sealed class PrunePlanning(PruneSurvey survey, TombstoneClock clock)
{
    /// <summary>What is unreferenced, and has been for long enough: two runs have found it so, at least a day apart.</summary>
    public IReadOnlyList<string> Due() => [.. survey.Unreferenced.Where(key => survey.Tombstones.Since(key) is { } since && IsDue(since))];

    /// <summary>The tombstones as they should be: nothing that is in use again or gone, and a new time for what seems to be from the future.</summary>
    public IReadOnlyDictionary<string, TombstoneStamp> Standing(IEnumerable<string> unreferenced)
    {
        var now = clock.Now();
        return unreferenced.ToDictionary(
            key => key, key => survey.Tombstones.Since(key) is { } since && clock.Age(since) >= TimeSpan.Zero ? since : now, StringComparer.Ordinal);
    }

    public PrunePlan Make(IReadOnlyList<SnapshotId> giveUp, IReadOnlyList<HeldSnapshot> held, RepackAmount repack)
    {
        var due = Due().ToHashSet(StringComparer.Ordinal);
        var waiting = survey.UnreferencedAfter(giveUp).Where(key => !due.Contains(key)).ToList();
        var standing = Standing(waiting);
        return new PrunePlan(
            giveUp, held, survey.Records.Count, AmountOf(due), AmountOf(waiting),
            standing.Count == 0 ? null : standing.Values.Min(stamp => stamp.Utc) + Tombstones.Grace, repack, survey.Inventory.Unknown);
    }

    public PruneAmount AmountOf(IReadOnlyCollection<string> keys)
    {
        var packs = keys.Count(key => RepositoryLayout.PackOf(key) is not null);
        return new PruneAmount(packs, keys.Count - packs, keys.Sum(survey.SizeOf));
    }

    private bool IsDue(TombstoneStamp since) => clock.Age(since) >= Tombstones.Grace;
}
