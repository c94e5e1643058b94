using Microsoft.Data.Sqlite;

namespace BackupPortal.Core.Restore;

/// <summary>Chooses how a database file gets live, notes it durably, and does it.</summary>
internal sealed class DatabaseSwitch(SharedSwap shared, RowSwap rows, IRestoreCheckpoint checkpoint)
{
    private const int Corrupt = 11;
    private const int NotADatabase = 26;

    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(250);

    /// <param name="livePath">What is overwritten or changes places; behind the fence.</param>
    /// <param name="incoming">A database file on the same file system.</param>
    /// <param name="kept">Where a shared swap keeps what was live, and what of that is there already.</param>
    /// <param name="quarantine">Where files go that are no readable database.</param>
    /// <param name="noteAsync">Writes the note into the journal; called before anything is touched, again when the choice changes.</param>
    /// <param name="begin">Called right before the first step that cannot be taken back; live data is unchanged when it throws.</param>
    public async Task<SwapResult> RunAsync(
        string livePath, string incoming, KeptEarly kept, string quarantine, Func<DatabaseSwapNote, Task> noteAsync, Action begin)
    {
        var state = LiveDatabaseState.Look(livePath);
        var note = new DatabaseSwapNote(
            SwapMode.Exclusive, incoming, FileStamp.Find(incoming)!.Identity, incoming, FileStamp.Find(livePath)?.Identity, state.IsWal);
        if (state.IsReadable)
            StagedDatabase.SetJournalMode(incoming, state.IsWal);
        if (state is { IsReadable: true, IsWal: true })
        {
            await noteAsync(note);
            try
            {
                // Where a few rows are all there is to write, waiting to be alone would take longer.
                if (ExclusiveSwap.TryHold(livePath, kept.Rows is null ? s_patience : TimeSpan.Zero) is { } held)
                {
                    Exchange(held, incoming, begin);
                    return new SwapResult(held, LiveDatabaseState.Fingerprint(livePath));
                }
            }
            catch (SqliteException damaged) when (damaged.SqliteErrorCode is Corrupt or NotADatabase)
            {
                state = state with { IsReadable = false };
            }
        }

        if (!state.IsReadable)
        {
            await noteAsync(note with { Mode = SwapMode.Quarantine, Kept = quarantine });
            begin();
            QuarantineSwap.Run(livePath, incoming, quarantine);
            return new SwapResult(null, LiveDatabaseState.Fingerprint(livePath));
        }

        if (await TryWriteRowsAsync(livePath, kept, note, noteAsync, begin) is { } written)
            return written;
        note = note with { Mode = SwapMode.Shared, Kept = kept.File };
        await noteAsync(note);
        return await shared.RunAsync(
            livePath, state.IsWal, incoming, kept.File, kept.At,
            async () =>
            {
                await noteAsync(note with { KeptIsComplete = true });
                begin();
            },
            CancellationToken.None);
    }

    /// <summary>Tells by what is on disk whether a noted swap happened; completes one that ended between two renames.</summary>
    /// <param name="scratch">Where a copy of the live database may be put for a moment.</param>
    public async Task<bool> HasHappenedAsync(DatabaseSwapNote swap, string livePath, string scratch, CancellationToken cancellationToken)
    {
        if (swap.Mode == SwapMode.Shared)
            return await shared.HasHappenedAsync(swap, livePath, scratch, cancellationToken);
        if (swap.Mode == SwapMode.Rows)
            return swap.Mark is { } mark && RowSwap.HasHappened(livePath, mark);
        if (swap.Mode == SwapMode.Exclusive)
            FileExchange.Finish(swap.Incoming, livePath);
        return FileStamp.Find(livePath)?.Identity == swap.IncomingIdentity;
    }

    /// <returns>Null when live data is untouched, and to be overwritten as a whole.</returns>
    private async Task<SwapResult?> TryWriteRowsAsync(string livePath, KeptEarly kept, DatabaseSwapNote note, Func<DatabaseSwapNote, Task> noteAsync, Action begin) =>
        kept is not { At: { } keptAt, Rows: { } plan } ? null : await rows.TryRunAsync(livePath, note.Incoming, plan, keptAt, async mark =>
        {
            await noteAsync(note with { Mode = SwapMode.Rows, Kept = kept.File, KeptIsComplete = true, Mark = mark });
            begin();
        });

    private void Exchange(ExclusiveSwap held, string incoming, Action begin)
    {
        try
        {
            checkpoint.Reached("HeldAlone");
            begin();
        }
        catch
        {
            held.GiveUp();
            held.Dispose();
            throw;
        }

        try
        {
            held.Exchange(incoming);
            checkpoint.Reached("Exchanged");
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }
}
