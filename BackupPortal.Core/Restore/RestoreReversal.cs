using BackupPortal.Core.Operations;
using BackupPortal.Core.Sources;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Core.Restore;

/// <summary>The way back to the state before a restore. May be interrupted and repeated at any point.</summary>
internal sealed class RestoreReversal(RestoreFence fence, DatabaseSwitch databases, LiveDatabases live, IRestoreCheckpoint checkpoint)
{
    private static readonly TimeSpan s_atMost = TimeSpan.FromSeconds(5);

    /// <summary>Takes back whatever of the swap has happened, and lets users in.</summary>
    /// <returns>True when the database had been swapped already.</returns>
    public async Task<bool> TakeBackAsync(OperationContext context, RestoreJournal journal, string why)
    {
        if (await HasHappenedAsync(journal))
        {
            await ReturnAsync(context, journal, why);
            return true;
        }

        await AbandonAsync(context.Tenant, journal);
        return false;
    }

    /// <summary>Tells by what is on disk whether the database has been swapped.</summary>
    public async Task<bool> HasHappenedAsync(RestoreJournal journal) => journal.Note.Step >= RestoreStep.DatabaseSwapped
        || (journal.Note is { Step: RestoreStep.Fenced, Swap: { } swap }
            && await databases.HasHappenedAsync(swap, journal.Note.DatabasePath, ScratchOf(journal.Note), CancellationToken.None));

    /// <summary>Ends a restore whose swap has not happened: live data is as before, and stays so.</summary>
    public async Task AbandonAsync(Tenant tenant, RestoreJournal journal)
    {
        var note = journal.Note;
        if (note.Swap is { Mode: SwapMode.Quarantine } moved)
            QuarantineSwap.Reverse(note.DatabasePath, moved.Incoming, moved.IncomingIdentity, moved.Kept);
        // The mode may have been left for an exclusive swap that was then given up for another one, too.
        if (note.Swap is { LiveIsWal: true } && LiveDatabaseState.Look(note.DatabasePath) is { IsReadable: true, IsWal: false })
            ExclusiveSwap.TryReturnToWal(note.DatabasePath);
        await EndAsync(tenant, journal);
    }

    /// <summary>Brings database and files back to what they were, behind the fence, which the caller has entered; then lets users in.</summary>
    public async Task ReturnAsync(OperationContext context, RestoreJournal journal, string why)
    {
        context.Log(RestoreText.Of("GoingBack", why), LogSeverity.Error);
        using var gate = await live.CloseAsync(context.Tenant.Id, s_atMost, CancellationToken.None);
        if (journal.Note.Step != RestoreStep.Returning)
            await journal.WriteAsync(journal.Note with { Step = RestoreStep.Returning, FailedCheck = why });
        await ReturnDatabaseAsync(journal);
        checkpoint.Reached("DatabaseReturned");
        var plan = journal.ReadPlan();
        new FilesSwap(RestorePreparation.PlacesOf(journal.Note), checkpoint, LogNote(context)).Reverse(plan);
        KeepWhatIsLeft(journal.Note, plan);
        await EndAsync(context.Tenant, journal);
        context.Log(RestoreText.Of("WentBack"));
    }

    /// <summary>A path and why it was left as it is, for the operation's log.</summary>
    public static Action<string, string> LogNote(OperationContext context) =>
        (path, reason) => context.Log(RestoreText.Of("FileLeft", path, reason), LogSeverity.Warning);

    private static string ScratchOf(RestoreNote note) => Path.Combine(note.DatabasePlace, "look.db");

    private async Task ReturnDatabaseAsync(RestoreJournal journal)
    {
        var (note, swap) = (journal.Note, journal.Note.Swap!);
        if (swap.Mode == SwapMode.Quarantine)
        {
            QuarantineSwap.Reverse(note.DatabasePath, swap.Incoming, swap.IncomingIdentity, swap.Kept);
            return;
        }

        if (note.Back is { } begun && await databases.HasHappenedAsync(begun, note.DatabasePath, ScratchOf(note), CancellationToken.None))
            return;
        if (note.Back is { Mode: SwapMode.Quarantine } moved)
            QuarantineSwap.Reverse(note.DatabasePath, moved.Incoming, moved.IncomingIdentity, moved.Kept);
        StagedDatabase.SetJournalMode(swap.Kept, swap.LiveIsWal);
        using var replaced = await databases.RunAsync(
            note.DatabasePath, swap.Kept, new KeptEarly(Path.Combine(note.DatabasePlace, "failed.db")), Path.Combine(note.DatabasePlace, "failed"),
            back => journal.WriteAsync(journal.Note with { Back = back }),
            begin: () => checkpoint.Reached("GoingBack"));
    }

    /// <summary>Nothing that people wrote is deleted with the journal: neither what was live before and found its place taken, nor what they wrote since.</summary>
    private static void KeepWhatIsLeft(RestoreNote note, RestorePlan plan)
    {
        var quarantine = new Quarantine(note);
        quarantine.KeepTakenOut(plan);
        if (note.KeptSince is null)
            quarantine.KeepWritten(plan);
        if (note is { KeepsRaw: true, Back: { } back })
            quarantine.KeepDatabase(back.Kept);
    }

    private async Task EndAsync(Tenant tenant, RestoreJournal journal)
    {
        await fence.LiftAsync(journal.Note, tenant);
        checkpoint.Reached("Lifted");
        await journal.WriteAsync(journal.Note with { Step = RestoreStep.Returned });
        journal.Clear();
    }
}
