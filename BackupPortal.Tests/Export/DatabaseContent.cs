using System.Globalization;
using BackupPortal.Core.Sources;
using BackupPortal.Tests.Sources;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace BackupPortal.Tests.Export;

/// <summary>All that is in a SQLite database, to the bit, as lines that can be compared: settings, schema, and each row of each table.</summary>
internal static class DatabaseContent
{
    private static readonly string[] settings = ["page_size", "encoding", "auto_vacuum", "user_version", "application_id"];

    public static IReadOnlyList<string> Of(string file)
    {
        using var connection = TestDatabase.Open(file);
        var lines = settings.Select(name => $"{name} {TestDatabase.Scalar(connection, "PRAGMA " + name)}").ToList();
        lines.AddRange(Rows(connection, "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name"));
        foreach (var (table, hasRowId) in Tables(connection))
        {
            lines.Add($"table {table}");
            // In the order of row numbers, which are to be the same, too.
            lines.AddRange(Rows(connection, $"SELECT {(hasRowId ? "_rowid_, " : "")}* FROM {SqlIdentifier.Quote(table)} NOT INDEXED"));
        }
        return lines;
    }

    public static IEnumerable<string> Rows(SqliteConnection connection, string sql)
    {
        var result = raw.sqlite3_prepare_v2(ConnectionHandle.Of(connection), sql, out var statement);
        Assert.True(result == raw.SQLITE_OK, $"{sql}: {raw.sqlite3_errmsg(ConnectionHandle.Of(connection)).utf8_to_string()}");
        var lines = new List<string>();
        using (statement)
        {
            while ((result = raw.sqlite3_step(statement)) == raw.SQLITE_ROW)
                lines.Add(string.Join(" | ", Enumerable.Range(0, raw.sqlite3_column_count(statement)).Select(column => Value(statement, column))));
        }
        Assert.Equal(raw.SQLITE_DONE, result);
        return lines;
    }

    private static string Value(sqlite3_stmt statement, int column) => raw.sqlite3_column_type(statement, column) switch
    {
        raw.SQLITE_NULL => "null",
        raw.SQLITE_INTEGER => "i" + raw.sqlite3_column_int64(statement, column).ToString(CultureInfo.InvariantCulture),
        raw.SQLITE_FLOAT => "r" + BitConverter.DoubleToInt64Bits(raw.sqlite3_column_double(statement, column)).ToString("X16", CultureInfo.InvariantCulture),
        raw.SQLITE_TEXT => "t" + Convert.ToHexString(raw.sqlite3_column_blob(statement, column)),
        _ => "b" + Convert.ToHexString(raw.sqlite3_column_blob(statement, column)),
    };

    private static List<(string Name, bool HasRowId)> Tables(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        // Virtual tables have what their shadow tables have.
        command.CommandText =
            """
            SELECT name, NOT wr AND NOT EXISTS (SELECT 1 FROM pragma_table_xinfo(l.name) WHERE lower(name) = '_rowid_') FROM pragma_table_list AS l
            WHERE schema = 'main' AND type IN ('table', 'shadow') AND name NOT IN ('sqlite_schema', 'sqlite_stat4') ORDER BY name
            """;
        using var reader = command.ExecuteReader();
        var tables = new List<(string, bool)>();
        while (reader.Read())
            tables.Add((reader.GetString(0), reader.GetInt32(1) == 1));
        return tables;
    }
}
