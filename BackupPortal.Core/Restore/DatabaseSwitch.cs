using Microsoft.Data.Sqlite;

namespace BackupPortal.Core.Restore;

/// <summary>Chooses how a database file gets live, notes it durably, and does it.</summary>
internal sealed class DatabaseSwitch(SharedSwap shared, IRestoreCheckpoint checkpoint)
{
    private const int Corrupt = 11;
    private const int NotADatabase = 26;

    /// <param name="livePath">What is overwritten or changes places; behind the fence.</param>
    /// <param name="incoming">A database file on the same file system.</param>
    /// <param name="keptFile">Where a shared swap keeps what was live.</param>
    /// <param name="keptAt">When that is there already, by what to tell that it is still good; see <see cref="SharedSwap.KeepEarlyAsync"/>.</param>
    /// <param name="quarantine">Where files go that are no readable database.</param>
    /// <param name="noteAsync">Writes the note into the journal; called before anything is touched, again when the choice changes.</param>
    /// <param name="begin">Called right before the first step that cannot be taken back; live data is unchanged when it throws.</param>
    /// <returns>In an exclusive swap the swapped-out database, still held; otherwise null.</returns>
    public async Task<ExclusiveSwap?> RunAsync(
        string livePath, string incoming, string keptFile, string? keptAt, string quarantine, Func<DatabaseSwapNote, Task> noteAsync, Action begin)
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
                if (ExclusiveSwap.TryHold(livePath) is { } held)
                {
                    Exchange(held, incoming, begin);
                    return held;
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
            return null;
        }

        note = note with { Mode = SwapMode.Shared, Kept = keptFile };
        await noteAsync(note);
        await shared.RunAsync(
            livePath, state.IsWal, incoming, keptFile, keptAt,
            async () =>
            {
                await noteAsync(note with { KeptIsComplete = true });
                begin();
            },
            CancellationToken.None);
        return null;
    }

    /// <summary>Tells by what is on disk whether a noted swap happened; completes one that ended between two renames.</summary>
    /// <param name="scratch">Where a copy of the live database may be put for a moment.</param>
    public async Task<bool> HasHappenedAsync(DatabaseSwapNote swap, string livePath, string scratch, CancellationToken cancellationToken)
    {
        if (swap.Mode == SwapMode.Shared)
            return await shared.HasHappenedAsync(swap, livePath, scratch, cancellationToken);
        if (swap.Mode == SwapMode.Exclusive)
            FileExchange.Finish(swap.Incoming, livePath);
        return FileStamp.Find(livePath)?.Identity == swap.IncomingIdentity;
    }

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
