using BackupPortal.Core.Comparison;
using SQLitePCL;

namespace BackupPortal.Core.Restore;

/// <summary>A statement of a restore's connection that gives no rows.</summary>
internal sealed class PreparedStatement(RestoreConnection connection, sqlite3_stmt statement) : IDisposable
{
    /// <returns>How many rows it changed.</returns>
    /// <exception cref="Microsoft.Data.Sqlite.SqliteException">SQLite refuses.</exception>
    public long Run(params ReadOnlySpan<StoredValue> values)
    {
        for (var i = 0; i < values.Length; i++)
            connection.Check(values[i].Bind(statement, i + 1));
        var before = raw.sqlite3_total_changes(connection.Handle);
        var result = raw.sqlite3_step(statement);
        // Gives the error again that the step gave.
        var reset = raw.sqlite3_reset(statement);
        connection.Check(result == raw.SQLITE_DONE ? raw.SQLITE_OK : reset != raw.SQLITE_OK ? reset : result);
        return raw.sqlite3_total_changes(connection.Handle) - before;
    }

    public void Dispose() => statement.Dispose();
}
