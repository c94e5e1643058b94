using BackupPortal.Core.Sources;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace BackupPortal.Core.Browsing;

/// <summary>What a database says about its own tables.</summary>
internal static class TableSchema
{
    private const long CountAtMost = 10_000;

    private static readonly TimeSpan LongestCount = TimeSpan.FromMilliseconds(200);

    private const string ListSql =
        """
        SELECT name, type, wr FROM pragma_table_list
        WHERE schema = 'main' AND type IN ('table', 'view', 'virtual') AND name NOT LIKE 'sqlite\_%' ESCAPE '\'
        """;

    public static IReadOnlyList<TableDescription> Describe(SqliteConnection connection, ReadingLimit limit, bool isCounted) =>
        [.. List(connection, ListSql + " ORDER BY name COLLATE NOCASE, name", null)
            .Select(table => table with { Columns = ColumnsOrNone(connection, table.Name) })
            .Select(table => new TableDescription(
                table.Name, table.Kind == TableKind.View, [.. table.Columns.Select(column => column.Description)], isCounted ? Count(connection, table, limit) : null))];

    public static TableShape? Find(SqliteConnection connection, string name)
    {
        var table = List(connection, ListSql + " AND name = $name", name).SingleOrDefault();
        return table is null ? null : table with { Columns = Columns(connection, name) };
    }

    private static List<TableShape> List(SqliteConnection connection, string sql, string? name)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        if (name is not null)
            command.Parameters.AddWithValue("$name", name);
        using var reader = command.ExecuteReader();
        var tables = new List<TableShape>();
        while (reader.Read())
            tables.Add(new TableShape(reader.GetString(0), KindOf(reader.GetString(1), reader.GetInt32(2)), []));
        return tables;
    }

    private static TableKind KindOf(string type, int withoutRowId) => type switch
    {
        "view" => TableKind.View,
        "virtual" => TableKind.Virtual,
        _ => withoutRowId == 0 ? TableKind.RowId : TableKind.WithoutRowId,
    };

    private static List<ColumnShape> Columns(SqliteConnection connection, string table)
    {
        using var command = connection.CreateCommand();
        // hidden = 1 are a virtual table's own arguments; 2 and 3 are generated columns, which are data.
        command.CommandText = "SELECT name, type, pk FROM pragma_table_xinfo($table, 'main') WHERE hidden <> 1 ORDER BY cid";
        command.Parameters.AddWithValue("$table", table);
        using var reader = command.ExecuteReader();
        var columns = new List<ColumnShape>();
        while (reader.Read())
            columns.Add(new ColumnShape(reader.GetString(0), reader.IsDBNull(1) ? "" : reader.GetString(1), reader.GetInt32(2)));
        return columns;
    }

    /// <summary>None for a view or a virtual table that cannot be used, so that the others can still be seen.</summary>
    private static List<ColumnShape> ColumnsOrNone(SqliteConnection connection, string table)
    {
        try
        {
            return Columns(connection, table);
        }
        catch (SqliteException e) when (e.SqliteErrorCode == raw.SQLITE_ERROR)
        {
            return [];
        }
    }

    private static long? Count(SqliteConnection connection, TableShape table, ReadingLimit limit)
    {
        if (table.Columns.Count == 0 || limit.IsOver)
            return null;
        limit.BeginPart(LongestCount);
        try
        {
            using var command = connection.CreateCommand();
            command.CommandText = $"SELECT count(*) FROM (SELECT 1 FROM main.{SqlIdentifier.Quote(table.Name)} LIMIT {CountAtMost + 1})";
            var count = (long)command.ExecuteScalar()!;
            return count > CountAtMost ? null : count;
        }
        catch (SqliteException e) when (e.SqliteErrorCode is raw.SQLITE_ERROR or raw.SQLITE_INTERRUPT)
        {
            return null;
        }
        finally
        {
            limit.EndPart();
        }
    }
}
