using Microsoft.Data.Sqlite;

namespace BackupPortal.Core.Comparison;

/// <summary>What a database says about itself; SQLite's own tables left out.</summary>
internal sealed class StoredSchema
{
    private const string TablesSql =
        """
        SELECT m.name, l.type, l.wr, m.rootpage, m.sql FROM sqlite_master AS m
        JOIN pragma_table_list AS l ON l.schema = 'main' AND l.name = m.name
        WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite\_%' ESCAPE '\' ORDER BY m.name
        """;

    // What SQLite makes by itself for a constraint has no statement.
    private const string ObjectsSql = "SELECT type, name, sql FROM sqlite_master WHERE type <> 'table' AND sql IS NOT NULL ORDER BY type, name";

    private StoredSchema(IReadOnlyList<StoredTable> tables, IReadOnlyList<StoredObject> objects)
    {
        Tables = tables;
        Objects = objects;
    }

    public IReadOnlyList<StoredTable> Tables { get; }

    public IReadOnlyList<StoredObject> Objects { get; }

    /// <exception cref="SqliteException">It cannot be read.</exception>
    public static StoredSchema Read(SqliteConnection connection) => new(
        [.. Rows(connection, TablesSql).Select(row => Table(connection, row))],
        [.. Rows(connection, ObjectsSql).Select(row => new StoredObject((string)row[0]!, (string)row[1]!, (string)row[2]!))]);

    /// <summary>The tables that a virtual table keeps its rows in.</summary>
    public IEnumerable<StoredTable> ShadowsOf(StoredTable owner) => Tables.Where(table => table.Kind == StoredTableKind.Shadow && OwnerOf(table) == owner);

    private StoredTable? OwnerOf(StoredTable shadow) => Tables
        .Where(table => table.Kind == StoredTableKind.Virtual && shadow.Name.StartsWith(table.Name + "_", StringComparison.OrdinalIgnoreCase))
        .MaxBy(table => table.Name.Length);

    private static StoredTable Table(SqliteConnection connection, object?[] row)
    {
        var kind = (string)row[1]! switch
        {
            "virtual" => StoredTableKind.Virtual,
            "shadow" => StoredTableKind.Shadow,
            _ when (long)row[2]! != 0 => StoredTableKind.WithoutRowId,
            _ => StoredTableKind.RowId,
        };
        var name = (string)row[0]!;
        return new StoredTable(name, kind, (int)(long)(row[3] ?? 0L) - 1, Columns(connection, name, (long)row[2]! != 0), (string)(row[4] ?? ""));
    }

    private static List<StoredColumn> Columns(SqliteConnection connection, string table, bool isWithoutRowId)
    {
        List<object?[]> rows;
        try
        {
            rows = Rows(connection, "SELECT name, type, pk FROM pragma_table_xinfo($name, 'main') WHERE hidden = 0 ORDER BY cid", table);
        }
        catch (SqliteException e) when (e.SqliteErrorCode == SQLitePCL.raw.SQLITE_ERROR)
        {
            // A virtual table whose module is not here.
            return [];
        }
        // A primary key that is another name for the row's number needs no index.
        var isRowId = !isWithoutRowId && rows.Count(row => (long)row[2]! > 0) == 1
            && Rows(connection, "SELECT 1 FROM pragma_index_list($name, 'main') WHERE origin = 'pk'", table).Count == 0;
        return [.. rows.Select(row => new StoredColumn((string)row[0]!, (string)(row[1] ?? ""), (int)(long)row[2]!, isRowId && (long)row[2]! > 0))];
    }

    private static List<object?[]> Rows(SqliteConnection connection, string sql, string? name = null)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        if (name is not null)
            command.Parameters.AddWithValue("$name", name);
        using var reader = command.ExecuteReader();
        var rows = new List<object?[]>();
        while (reader.Read())
            rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? null : reader.GetValue(i))]);
        return rows;
    }
}
