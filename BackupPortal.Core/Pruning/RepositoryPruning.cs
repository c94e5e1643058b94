using BackupPortal.Core.Repository;
using BackupPortal.Core.Snapshots;

namespace BackupPortal.Core.Pruning;

/// <summary>
/// Prunes one repository. Every step is complete before the next begins, and leaves a repository in which each snapshot is whole; a run that was killed
/// is finished by the next one. See docs/architecture.md.
/// </summary>
/// <param name="mayChange">Throws when the right to change the repository is lost; asked before each step that takes something away.</param>
internal sealed class RepositoryPruning(
    SnapshotRepository repository, TimeProvider time, IPruneCheckpoint checkpoint, Func<CancellationToken, Task> mayChange)
{
    private readonly TombstoneClock clock = new(time);

    /// <summary>What <see cref="RunAsync"/> would do. Changes nothing.</summary>
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
        PrunePlan plan;
        using (var survey = await PruneSurvey.MakeAsync(repository, giveUp, cancellationToken))
        {
            var planning = new PrunePlanning(survey, clock);
            plan = planning.Make(giveUp, held, RepackAmount.None);
            begin();
            checkpoint.Reached("Marked");
            await GiveUpAsync(survey, planning, giveUp);
            try
            {
                plan = plan with { Repack = await RepackAsync(survey) };
            }
            finally
            {
                // Also when something that was to be moved turns out to be damaged: the rest does not wait for its repair.
                await BuryAsync();
            }
        }
        return plan;
    }

    private static (IReadOnlySet<string> Packs, RepackChoice Choice) Choose(PruneSurvey survey)
    {
        var sizes = survey.Inventory.Content.Values
            .Where(item => survey.Kept.Keys.Contains(item.Key) && RepositoryLayout.PackOf(item.Key) is not null)
            .ToDictionary(item => RepositoryLayout.PackOf(item.Key)!, item => item.SizeBytes, StringComparer.Ordinal);
        var choice = new RepackChoice(sizes, survey.Kept.Packs);
        return (choice.Packs(), choice);
    }

    private static long SizeOf(PruneSurvey survey, IEnumerable<string> packs) => packs.Sum(pack => survey.SizeOf(RepositoryLayout.PackKey(pack)));

    /// <summary>Writes packs anew that waste too much, and makes snapshots refer to the new ones. The old ones are buried like everything else.</summary>
    private async Task<RepackAmount> RepackAsync(PruneSurvey survey)
    {
        var (packs, choice) = Choose(survey);
        if (packs.Count == 0)
            return RepackAmount.None;
        await using var rewriter = new PackRewriter(repository, survey.Kept.Packs, choice.DeltaUse, packs, survey.Kept.Shelf);
        await rewriter.RunAsync(CancellationToken.None);
        checkpoint.Reached("PacksWritten");
        var snapshots = new SnapshotRewriter(repository, rewriter);
        foreach (var record in survey.Records.OrderBy(record => record.Id.Value, StringComparer.Ordinal).Where(record => record.Packs.Any(packs.Contains)))
        {
            await mayChange(CancellationToken.None);
            await snapshots.RunAsync(record, CancellationToken.None);
            checkpoint.Reached("SnapshotRewritten");
        }
        var size = SizeOf(survey, packs);
        return new RepackAmount(packs.Count, size, size - rewriter.AddedBytes);
    }

    private async Task GiveUpAsync(PruneSurvey survey, PrunePlanning planning, IReadOnlyList<SnapshotId> giveUp)
    {
        // What came into use again loses its tombstone before anything else may lose a reference.
        await mayChange(CancellationToken.None);
        await survey.Tombstones.ReplaceAsync(
            repository.Store, planning.Standing(survey.Unreferenced), survey.Inventory.Records.Keys, CancellationToken.None);
        checkpoint.Reached("TombstonesKept");
        await DeleteAsync(InOrder(planning.Due()));
        checkpoint.Reached("DueDeleted");
        foreach (var id in giveUp)
            await DeleteAsync(survey.Inventory.RecordsOf(id));
        checkpoint.Reached("RecordsDeleted");
    }

    /// <summary>Marks again, and notes what is unreferenced now, for a later run to delete.</summary>
    private async Task BuryAsync()
    {
        using var after = await PruneSurvey.MakeAsync(repository, [], CancellationToken.None);
        checkpoint.Reached("MarkedAgain");
        await mayChange(CancellationToken.None);
        await after.Tombstones.ReplaceAsync(
            repository.Store, new PrunePlanning(after, clock).Standing(after.Unreferenced), after.Inventory.Records.Keys, CancellationToken.None);
        checkpoint.Reached("TombstonesWritten");
    }

    // Records first: whatever is left of the rest is then named by nothing.
    private static IOrderedEnumerable<string> InOrder(IEnumerable<string> keys) =>
        keys.OrderBy(key => RepositoryLayout.SnapshotOf(key) is null).ThenBy(key => RepositoryLayout.PackOf(key) is not null).ThenBy(key => key, StringComparer.Ordinal);

    private async Task DeleteAsync(IEnumerable<string> keys)
    {
        foreach (var key in keys)
        {
            await mayChange(CancellationToken.None);
            await repository.Store.DeleteAsync(key, CancellationToken.None);
            checkpoint.Reached("Deleted");
        }
    }
}
