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
        return new PrunePlanning(survey, clock).Make(giveUp, held, RepackAmount.None);
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
        }
        await BuryAsync();
        return plan;
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
