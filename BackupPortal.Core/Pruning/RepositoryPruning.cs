using BackupPortal.Core.Repository;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Storage;

namespace BackupPortal.Core.Pruning;

/// <summary>
/// Prunes one repository. Every step is complete before the next begins, and leaves a repository in which each snapshot is whole; a run that was killed
/// is finished by the next one. See docs/architecture.md.
/// </summary>
internal sealed class RepositoryPruning(SnapshotRepository repository, TimeProvider time, IPruneCheckpoint checkpoint)
{
    private readonly TombstoneClock clock = new(time);

    /// <summary>What <see cref="RunAsync"/> would do. Changes nothing, and takes no lease.</summary>
    public async Task<PrunePlan> PlanAsync(
        IReadOnlyList<SnapshotId> giveUp, IReadOnlyList<HeldSnapshot> held, CancellationToken cancellationToken)
    {
        using var survey = await PruneSurvey.MakeAsync(repository, giveUp, cancellationToken);
        var (packs, choice) = Choose(survey);
        return new PrunePlanning(survey, clock).Make(giveUp, held, new RepackAmount(packs.Count, SizeOf(survey, packs), choice.SavedBytes(packs)));
    }

    /// <param name="begin">Called once it is known what to do, before anything is changed; from then on it is finished, not cancelled.</param>
    /// <returns>What was done.</returns>
    public async Task<PrunePlan> RunAsync(
        IReadOnlyList<SnapshotId> giveUp, IReadOnlyList<HeldSnapshot> held, Action begin, CancellationToken cancellationToken)
    {
        await using var lease = await repository.Leases.AcquireAsync(cancellationToken);
        PrunePlan plan;
        using (var survey = await PruneSurvey.MakeAsync(repository, giveUp, cancellationToken))
        {
            var planning = new PrunePlanning(survey, clock);
            plan = planning.Make(giveUp, held, RepackAmount.None);
            begin();
            await checkpoint.ReachedAsync("Marked");
            var tombstones = await GiveUpAsync(lease.Store, survey, planning, giveUp);
            try
            {
                plan = plan with { Repack = await RepackAsync(lease, survey, tombstones) };
            }
            finally
            {
                // Also when something that was to be moved turns out to be damaged: the rest does not wait for its repair.
                var after = await BuryAsync(lease.Store);
                plan = plan with { Wait = after.Wait, NextUtc = after.NextUtc };
            }
        }
        return plan;
    }

    private static (IReadOnlySet<string> Packs, RepackChoice Choice) Choose(PruneSurvey survey)
    {
        var sizes = survey.Inventory.Content.Values
            .Where(item => survey.Kept.Keys.Contains(item.Key) && RepositoryLayout.PackOf(item.Key) is not null)
            .ToDictionary(item => RepositoryLayout.PackOf(item.Key)!, item => item.SizeBytes, StringComparer.Ordinal);
        var choice = new RepackChoice(sizes, survey.Kept.Packs, survey.HalfDone);
        return (choice.Packs(), choice);
    }

    private static long SizeOf(PruneSurvey survey, IEnumerable<string> packs) => packs.Sum(pack => survey.SizeOf(RepositoryLayout.PackKey(pack)));

    /// <summary>Writes packs anew that waste too much, and makes snapshots refer to the new ones. The old ones are buried like everything else.</summary>
    private async Task<RepackAmount> RepackAsync(IRepositoryLease lease, PruneSurvey survey, Tombstones tombstones)
    {
        var (packs, choice) = Choose(survey);
        if (packs.Count == 0)
            return RepackAmount.None;
        // What a half done move holds twice would otherwise be moved twice.
        var isHalfDone = survey.HalfDone.Count > 0;
        var content = isHalfDone
            ? await RepeatedContent.FindAsync(survey.Kept.Packs, packs, survey.Kept.Shelf, CancellationToken.None)
            : RepeatedContent.None(survey.Kept.Packs);
        var deltas = isHalfDone ? DeltaUse.Of(content.Uses, content) : choice.DeltaUse;
        await using var rewriter = new PackRewriter(repository, content, deltas, packs, survey.Kept.Shelf);
        await rewriter.RunAsync(CancellationToken.None);
        await checkpoint.ReachedAsync("PacksWritten");
        // Should this run be killed between two snapshots, the next one knows what is there twice.
        await tombstones.ReplaceAsync(
            lease.Store, tombstones.Objects, tombstones.Records, [.. survey.HalfDone, new PackMove([.. packs.Order(StringComparer.Ordinal)], rewriter.Packs)],
            CancellationToken.None);
        await checkpoint.ReachedAsync("MoveNoted");
        var snapshots = new SnapshotRewriter(repository, lease, rewriter);
        foreach (var record in survey.Records.OrderBy(record => record.Id.Value, StringComparer.Ordinal).Where(record => record.Packs.Any(packs.Contains)))
        {
            await snapshots.RunAsync(record, CancellationToken.None);
            await checkpoint.ReachedAsync("SnapshotRewritten");
        }
        var size = SizeOf(survey, packs);
        return new RepackAmount(packs.Count, size, size - rewriter.AddedBytes);
    }

    /// <returns>The tombstones as they are now.</returns>
    private async Task<Tombstones> GiveUpAsync(IObjectStore store, PruneSurvey survey, PrunePlanning planning, IReadOnlyList<SnapshotId> giveUp)
    {
        // What came into use again loses its tombstone before anything else may lose a reference.
        var tombstones = await survey.Tombstones.ReplaceAsync(
            store, planning.Standing(survey.Unreferenced), survey.Inventory.Records.Keys, survey.HalfDone, CancellationToken.None);
        await checkpoint.ReachedAsync("TombstonesKept");
        await DeleteAsync(store, InOrder(planning.Due()));
        await checkpoint.ReachedAsync("DueDeleted");
        foreach (var id in giveUp)
            await DeleteAsync(store, survey.Inventory.RecordsOf(id));
        await checkpoint.ReachedAsync("RecordsDeleted");
        return tombstones;
    }

    /// <summary>Marks again, and notes what is unreferenced now, for a later run to delete.</summary>
    private async Task<PrunePlan> BuryAsync(IObjectStore store)
    {
        using var after = await PruneSurvey.MakeAsync(repository, [], CancellationToken.None);
        await checkpoint.ReachedAsync("MarkedAgain");
        await after.Tombstones.ReplaceAsync(
            store, new PrunePlanning(after, clock).Standing(after.Unreferenced), after.Inventory.Records.Keys, after.HalfDone, CancellationToken.None);
        await checkpoint.ReachedAsync("TombstonesWritten");
        return new PrunePlanning(after, clock).Make([], [], RepackAmount.None);
    }

    // Records first: whatever is left of the rest is then named by nothing.
    private static IOrderedEnumerable<string> InOrder(IEnumerable<string> keys) =>
        keys.OrderBy(key => RepositoryLayout.SnapshotOf(key) is null).ThenBy(key => RepositoryLayout.PackOf(key) is not null).ThenBy(key => key, StringComparer.Ordinal);

    private async Task DeleteAsync(IObjectStore store, IEnumerable<string> keys)
    {
        foreach (var key in keys)
        {
            await store.DeleteAsync(key, CancellationToken.None);
            await checkpoint.ReachedAsync("Deleted");
        }
    }
}
