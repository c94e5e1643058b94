using BackupPortal.Core.Messages;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Repository;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Sources;
using Microsoft.Data.Sqlite;

namespace BackupPortal.Core.Restore;

/// <summary>
/// All that follows the swap of the database, from whichever step the journal is at: files, probe, users in again, safety snapshot, full check. A restore goes through
/// it once; a recovery, from where the restore ended.
/// </summary>
internal sealed class RestoreCompletion(
    RestoreFence fence, RestoreReversal reversal, ReleasedReturn released, SafetySnapshot safety, LiveCheck check, LiveDatabases live,
    IRestoreCheckpoint checkpoint, TimeProvider time)
{
    private static readonly TimeSpan s_atMost = TimeSpan.FromSeconds(5);

    /// <exception cref="PortalException">
    /// Something failed, and live data is back to what it was; or somebody has written to it since, so that it stays restored: then with an outcome, or, when only the
    /// safety snapshot could not be stored yet, with the journal still open.
    /// </exception>
    public async Task RunAsync(OperationContext context, SnapshotReader reader, RestoreJournal journal)
    {
        if (journal.Note.Step < RestoreStep.Released)
            await LetUsersInAsync(context, reader, journal);
        context.EnterPhase(OperationPhase.SafetyCopy);
        if (journal.Note.Step == RestoreStep.Released)
            await StoreSafetyAsync(context, reader, journal);
        if (journal.Note.Step == RestoreStep.SafetyStored)
            await CheckAsync(context, reader, journal);
        if (journal.Note.Step == RestoreStep.Checked)
            await journal.WriteAsync(journal.Note with { Step = RestoreStep.Done });
        journal.Clear();
    }

    private async Task LetUsersInAsync(OperationContext context, SnapshotReader reader, RestoreJournal journal)
    {
        using (await live.CloseAsync(context.Tenant.Id, s_atMost, CancellationToken.None))
        {
            try
            {
                await SwapFilesAsync(context, journal);
                await ProbeAsync(context, reader, journal);
            }
            catch (Exception failure)
            {
                await reversal.TakeBackAsync(context, journal, failure.Message);
                throw RestoreText.Refusal("RolledBack", "SwapFailedHint", failure, failure.Message);
            }

            context.EnterPhase(OperationPhase.Resume);
        }

        await fence.LiftAsync(journal.Note, context.Tenant);
        checkpoint.Reached("Lifted");
        var downtime = time.GetUtcNow() - journal.Note.PausedUtc!.Value;
        await journal.WriteAsync(journal.Note with
        {
            Step = RestoreStep.Released,
            Downtime = downtime,
            SafetySnapshot = SnapshotId.Create(journal.Note.KeptUtc!.Value).Value,
        });
        context.Log(RestoreText.Of("Released", $"{(long)downtime.TotalMilliseconds}"));
    }

    private async Task SwapFilesAsync(OperationContext context, RestoreJournal journal)
    {
        if (journal.Note.Step != RestoreStep.DatabaseSwapped)
            return;
        var plan = journal.ReadPlan();
        // Users wait for each note.
        if (plan.Changes.Count == 0 && Directory.Exists(journal.Note.FilesPath))
            return;
        var places = RestorePreparation.PlacesOf(journal.Note);
        await Task.Run(() => new FilesSwap(places, checkpoint, RestoreReversal.LogNote(context)).Apply(plan));
        await journal.WriteAsync(journal.Note with { Step = RestoreStep.FilesSwapped });
    }

    private static async Task ProbeAsync(OperationContext context, SnapshotReader reader, RestoreJournal journal)
    {
        context.EnterPhase(OperationPhase.CheckAfter);
        if (journal.Note.Step == RestoreStep.Probed)
            return;
        if (LiveProbe.Run(journal.Note.DatabasePath, reader.Record.Database.UserVersion) is { } problem)
            throw RestoreText.Refusal("ProbeFailed", null, null, problem);
        await journal.WriteAsync(journal.Note with { Step = RestoreStep.Probed });
    }

    private async Task StoreSafetyAsync(OperationContext context, SnapshotReader reader, RestoreJournal journal)
    {
        var note = journal.Note;
        if (note.Swap!.Mode == SwapMode.Quarantine)
        {
            await KeepInQuarantineAsync(context, journal, RestoreText.Of("Quarantined", note.QuarantineFolder));
            return;
        }

        try
        {
            var progress = new ReportEach(done => context.Report(done, reader.Record.Database.SizeBytes));
            var record = await safety.StoreAsync(context.Tenant, note, reader, journal.ReadPlan(), note.Swap.Kept, progress);
            context.Log(RestoreText.Of("SafetyStored", record.Id.Value));
            await journal.WriteAsync(note with { Step = RestoreStep.SafetyStored });
        }
        catch (Exception damaged) when (damaged is SqliteException || damaged.InnerException is SqliteException)
        {
            await KeepInQuarantineAsync(context, journal, RestoreText.Of("QuarantinedDamaged", note.QuarantineFolder, damaged.Message));
        }
        catch (Exception failure) when (failure is PortalException or IOException or UnauthorizedAccessException)
        {
            if (await TryGoBackAsync(context, journal, new LiveProblem(failure.Message, IsDamaged: false)))
                throw RestoreText.Return(RestoreOutcome.OfReturn(journal.Note), failure);
            throw RestoreText.Refusal("SafetyNotStored", "SafetyNotStoredHint", failure, failure.Message, note.DatabasePlace);
        }
    }

    /// <summary>What was live cannot be made a snapshot: its raw files stay, with the files that were taken out.</summary>
    private static async Task KeepInQuarantineAsync(OperationContext context, RestoreJournal journal, Message told)
    {
        var note = journal.Note;
        var quarantine = new Quarantine(note);
        quarantine.KeepDatabase(note.Swap!.Kept);
        quarantine.KeepTakenOut(journal.ReadPlan());
        if (quarantine.IsUsed)
            context.Log(told, LogSeverity.Warning);
        await journal.WriteAsync(note with { Step = RestoreStep.SafetyStored, SafetySnapshot = null, InQuarantine = quarantine.IsUsed });
    }

    private async Task CheckAsync(OperationContext context, SnapshotReader reader, RestoreJournal journal)
    {
        var problem = await FindProblemAsync(context, reader, journal);
        if (problem is null)
        {
            context.Log(RestoreText.Of("CheckedAfter"));
            await journal.WriteAsync(journal.Note with { Step = RestoreStep.Checked });
            return;
        }

        // Where there are only damaged files to go back to, they are not put live again.
        if (journal.Note.SafetySnapshot is not null && await TryGoBackAsync(context, journal, problem))
            throw RestoreText.Return(RestoreOutcome.OfReturn(journal.Note), cause: null);
        await journal.WriteAsync(journal.Note with { Step = RestoreStep.Done });
        journal.Clear();
        throw RestoreOutcome.Stays(journal.Note, problem);
    }

    private async Task<LiveProblem?> FindProblemAsync(OperationContext context, SnapshotReader reader, RestoreJournal journal)
    {
        try
        {
            return await check.RunAsync(context, reader.Record.Database, journal.Note, journal.ReadPlan());
        }
        catch (Exception failure) when (failure is PortalException or IOException or UnauthorizedAccessException or SqliteException)
        {
            // A state that cannot be checked is not taken for a good one.
            return new LiveProblem(failure.Message, IsDamaged: false);
        }
    }

    private async Task<bool> TryGoBackAsync(OperationContext context, RestoreJournal journal, LiveProblem problem)
    {
        try
        {
            return await released.TryRunAsync(context, journal, problem);
        }
        catch (Exception failure) when (
            journal.Note.Step is not (RestoreStep.Returning or RestoreStep.Returned) && failure is PortalException or IOException or UnauthorizedAccessException)
        {
            // Not even begun: users are in, and what was restored stays until somebody decides.
            context.Log(RestoreText.Of("NotGoneBack", failure.Message), LogSeverity.Error);
            return false;
        }
    }
}
