using BackupPortal.Core.Sources;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace BackupPortal.Core.Export;

/// <summary>Finds foreign keys that rows do not keep: SQLite looks at them only where an application asks it to.</summary>
internal sealed class ForeignKeyViolations
{
    private const int InstructionsBetweenLooks = 20_000;

    private readonly Dictionary<string, HashSet<long>?> keys = [];

    /// <param name="key">Number of the key in <c>PRAGMA foreign_key_list</c>.</param>
    public bool Has(string table, long key) => keys.TryGetValue(table, out var violated) && violated?.Contains(key) != false;

    /// <exception cref="SqliteException">The database is damaged.</exception>
    /// <exception cref="OperationCanceledException">Nobody waits any more.</exception>
    public static ForeignKeyViolations Find(ExportSource source, CancellationToken cancellationToken)
    {
        using var connection = source.Open();
        raw.sqlite3_progress_handler(ConnectionHandle.Of(connection), InstructionsBetweenLooks, _ => cancellationToken.IsCancellationRequested ? 1 : 0, null);
        var found = new ForeignKeyViolations();
        foreach (var table in Values<string>(connection, "SELECT name FROM main.sqlite_schema WHERE type = 'table'", null))
        {
            if (Values<long>(connection, "SELECT id FROM pragma_foreign_key_list($1, 'main') LIMIT 1", table).Count > 0)
                found.keys[table] = Violated(connection, table, cancellationToken);
        }
        return found;
    }

    /// <returns>Null where SQLite cannot say, because a key refers to columns that no key is on.</returns>
    private static HashSet<long>? Violated(SqliteConnection connection, string table, CancellationToken cancellationToken)
    {
        try
        {
            return [.. Values<long>(connection, "SELECT DISTINCT fkid FROM pragma_foreign_key_check($1, 'main')", table)];
        }
        catch (SqliteException failure) when (failure.SqliteErrorCode == raw.SQLITE_ERROR)
        {
            return null;
        }
        catch (SqliteException failure) when (failure.SqliteErrorCode == raw.SQLITE_INTERRUPT)
        {
            throw new OperationCanceledException(failure.Message, failure, cancellationToken);
        }
    }

    private static List<T> Values<T>(SqliteConnection connection, string sql, string? argument)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        if (argument is not null)
            command.Parameters.AddWithValue("$1", argument);
        using var reader = command.ExecuteReader();
        var values = new List<T>();
        while (reader.Read())
            values.Add(reader.GetFieldValue<T>(0));
        return values;
    }
}
