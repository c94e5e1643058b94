using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace BackupPortal.Core.Sources;

/// <summary>Opens a live database through SQLite, and only for reading.</summary>
internal static class LiveConnection
{
    private const int NoCheckpointOnClose = 1006; // SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE
    private const int HotJournal = 776; // SQLITE_READONLY_ROLLBACK

    /// <summary>Blocks while somebody else has the database locked, up to <paramref name="patience"/>.</summary>
    /// <returns>A connection that has read the schema, so the file is there and is a database.</returns>
    /// <exception cref="Messages.PortalException">It is missing, not a database, not readable, or locked for too long.</exception>
    public static SqliteConnection Open(string livePath, TimeSpan patience)
    {
        LiveDatabaseErrors.ThrowIfMissing(livePath);
        try
        {
            return OpenReadOnly(livePath, patience);
        }
        catch (SqliteException e) when (e.SqliteExtendedErrorCode == HotJournal)
        {
            // The application died in the middle of a change. Whoever opens the database next takes that back; a read-only connection may not.
            return AfterRollback(livePath, patience);
        }
        catch (SqliteException e)
        {
            throw LiveDatabaseErrors.Translate(e, livePath);
        }
    }

    private static SqliteConnection AfterRollback(string livePath, TimeSpan patience)
    {
        try
        {
            using (var connection = Connect(livePath, SqliteOpenMode.ReadWrite, patience))
            {
                raw.sqlite3_db_config(ConnectionHandle.Of(connection), NoCheckpointOnClose, 1, out _);
                Execute(connection, "SELECT 1 FROM sqlite_master LIMIT 1");
            }
            return OpenReadOnly(livePath, patience);
        }
        catch (SqliteException e)
        {
            throw LiveDatabaseErrors.Translate(e, livePath);
        }
    }

    private static SqliteConnection OpenReadOnly(string livePath, TimeSpan patience)
    {
        var connection = Connect(livePath, SqliteOpenMode.ReadOnly, patience);
        try
        {
            Execute(connection, "PRAGMA query_only=ON; PRAGMA trusted_schema=OFF");
            Execute(connection, "SELECT 1 FROM sqlite_master LIMIT 1");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static SqliteConnection Connect(string livePath, SqliteOpenMode mode, TimeSpan patience)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = livePath,
            Mode = mode,
            Pooling = false,
            DefaultTimeout = Math.Max(1, (int)patience.TotalSeconds),
        }.ToString());
        try
        {
            connection.Open();
            raw.sqlite3_busy_timeout(ConnectionHandle.Of(connection), (int)patience.TotalMilliseconds);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteScalar();
    }
}
