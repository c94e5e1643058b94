using Microsoft.Data.Sqlite;

namespace BackupPortal.Core.Restore;

/// <summary>
/// The live database, held alone: no other process can read or write it until this is disposed. Its log is flushed into it and gone, so that the file alone is
/// the whole database and can change places with another one.
/// </summary>
/// <remarks>
/// In SQLite's exclusive locking mode the database is never unlocked between leaving WAL mode and the exchange, so that nobody can slip in. Who waits for
/// the lock meanwhile gets to the swapped-out file at worst, and SQLite refuses to write there (the file "has moved", which it checks in rollback mode, in which that file now is).
/// </remarks>
internal sealed class ExclusiveSwap : IDisposable
{
    private const int Busy = 5;
    private const int Locked = 6;

    private readonly RestoreConnection _connection;
    private readonly string _livePath;

    private ExclusiveSwap(RestoreConnection connection, string livePath)
    {
        _connection = connection;
        _livePath = livePath;
    }

    /// <summary>Null when another process has the database open; nothing has changed then.</summary>
    /// <param name="livePath">A database in WAL mode.</param>
    /// <param name="patience">For how long to wait for whoever has it open just now.</param>
    public static ExclusiveSwap? TryHold(string livePath, TimeSpan patience)
    {
        var connection = RestoreConnection.OpenToWrite(livePath, (int)patience.TotalMilliseconds);
        try
        {
            connection.Text("PRAGMA locking_mode=EXCLUSIVE");
            // Truncated rather than deleted: in exclusive locking mode SQLite keeps a deleted journal's file, with its content.
            if (connection.Text("PRAGMA journal_mode=TRUNCATE") != "truncate")
            {
                connection.Dispose();
                return null;
            }

            var held = new ExclusiveSwap(connection, livePath);
            if (held.DropEmptyCompanions())
                return held;
            held.GiveUp();
            held.Dispose();
            return null;
        }
        catch (SqliteException failure) when (failure.SqliteErrorCode is Busy or Locked)
        {
            connection.Dispose();
            return null;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>True when nobody else has the database open at this moment. Changes nothing.</summary>
    public static bool IsAlone(string livePath)
    {
        try
        {
            using var connection = RestoreConnection.OpenToWrite(livePath, busyMilliseconds: 0);
            connection.Text("PRAGMA locking_mode=EXCLUSIVE");
            connection.Number("SELECT count(*) FROM sqlite_schema");
            return true;
        }
        catch (SqliteException failure) when (failure.SqliteErrorCode is Busy or Locked)
        {
            return false;
        }
    }

    /// <summary>Lets the files change places. Afterwards <paramref name="incoming"/> is what was live.</summary>
    /// <exception cref="IOException">The files cannot change places, or what was live was written to meanwhile.</exception>
    public void Exchange(string incoming)
    {
        var before = FileStamp.Find(_livePath);
        FileExchange.Run(incoming, _livePath);
        if (FileStamp.Find(incoming) is var after && after?.ModifiedUnixNanoseconds != before?.ModifiedUnixNanoseconds)
            throw new IOException($"{_livePath} was written to while it was held alone.");
    }

    /// <summary>Puts the live database back into WAL mode when it is not swapped after all.</summary>
    public void GiveUp() => ReturnToWal(_connection);

    /// <summary>The same after a crash, from whichever state. No error when it cannot be done now: any mode is a right one.</summary>
    /// <returns>False when another process keeps it from being done.</returns>
    public static bool TryReturnToWal(string livePath)
    {
        try
        {
            using var connection = RestoreConnection.OpenToWrite(livePath);
            ReturnToWal(connection);
            return true;
        }
        catch (SqliteException failure) when (failure.SqliteErrorCode is Busy or Locked)
        {
            return false;
        }
    }

    public void Dispose() => _connection.Dispose();

    private static void ReturnToWal(RestoreConnection connection)
    {
        connection.Text("PRAGMA locking_mode=NORMAL");
        connection.Number("SELECT count(*) FROM sqlite_schema");
        // By way of DELETE, which takes the empty journal file along.
        connection.Text("PRAGMA journal_mode=DELETE");
        connection.Text("PRAGMA journal_mode=WAL");
    }

    /// <summary>
    /// The journal that is empty now, and the shared memory of somebody who was killed. The incoming file must not meet them.
    /// </summary>
    /// <returns>False when there still is a log or journal with content, which must neither be deleted nor left beside another file.</returns>
    private bool DropEmptyCompanions()
    {
        foreach (var companion in new[] { "-wal", "-journal" })
        {
            if (FileStamp.Find(_livePath + companion) is { SizeBytes: > 0 })
                return false;
            File.Delete(_livePath + companion);
        }

        File.Delete(_livePath + "-shm");
        return true;
    }
}
