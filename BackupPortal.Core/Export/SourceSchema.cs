using Microsoft.Data.Sqlite;

namespace BackupPortal.Core.Export;

/// <summary>What is in the database that is being exported: everything of its schema, in the order in which it was made.</summary>
internal sealed class SourceSchema
{
    private static readonly string[] rowIdNames = ["rowid", "_rowid_", "oid"];

    // SQLite gives no more results than this, the row number included.
    private const int MostResults = 2000;

    private readonly SqliteConnection connection;

    private SourceSchema(SqliteConnection connection)
    {
        this.connection = connection;
        Encoding = (string)Rows("PRAGMA main.encoding")[0][0]!;
        Objects = [.. Rows("SELECT type, name, tbl_name, sql FROM main.sqlite_schema ORDER BY rowid")
            .Select(static row => new SchemaObject((string)row[0]!, (string)row[1]!, (string)row[2]!, row[3] as string))];
        Tables = [.. Rows("SELECT l.name, l.type, l.wr, l.strict FROM main.sqlite_schema AS s CROSS JOIN pragma_table_list(s.name) AS l WHERE s.type = 'table' AND l.schema = 'main' ORDER BY s.rowid")
            .Select(row => Table((string)row[0]!, (string)row[1]!, (long)row[2]! == 1, (long)row[3]! == 1))];
    }

    /// <summary>Of texts, as SQLite names it.</summary>
    public string Encoding { get; }

    public IReadOnlyList<SchemaObject> Objects { get; }

    public IReadOnlyList<SourceTable> Tables { get; }

    /// <exception cref="SqliteException">The schema cannot be read.</exception>
    public static SourceSchema Read(SqliteConnection connection) => new(connection);

    public string Sql(string table) => Objects.First(one => one.Type == "table" && one.Name == table).Sql ?? "";

    /// <summary>All values of a statement; for what is small.</summary>
    public List<object?[]> Rows(string sql, params ReadOnlySpan<string> arguments)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        for (var i = 0; i < arguments.Length; i++)
            command.Parameters.AddWithValue($"${i + 1}", arguments[i]);
        using var reader = command.ExecuteReader();
        var rows = new List<object?[]>();
        while (reader.Read())
            rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? null : reader.GetValue(i))]);
        return rows;
    }

    private SourceTable Table(string name, string type, bool isWithoutRowId, bool isStrict)
    {
        var kind = type switch
        {
            "virtual" => SourceTableKind.Virtual,
            "shadow" => SourceTableKind.Shadow,
            _ when name.StartsWith("sqlite_", StringComparison.OrdinalIgnoreCase) => SourceTableKind.Own,
            _ => SourceTableKind.Plain,
        };
        var columns = Columns(name, kind);
        var isNumbered = !isWithoutRowId && kind != SourceTableKind.Virtual;
        var hasNumberedKey = isNumbered && columns.Where(static column => column.KeyPosition > 0).ToList() is [var key]
            && key.Type.Equals("INTEGER", StringComparison.OrdinalIgnoreCase)
            && Rows("SELECT 1 FROM pragma_index_list($1, 'main') WHERE origin = 'pk'", name).Count == 0;
        var rowId = isNumbered && !hasNumberedKey && columns.Count < MostResults
            ? rowIdNames.FirstOrDefault(alias => !columns.Any(column => column.Name.Equals(alias, StringComparison.OrdinalIgnoreCase)))
            : null;
        return new SourceTable(name, kind, isWithoutRowId, isStrict, rowId, hasNumberedKey, columns);
    }

    private List<SourceColumn> Columns(string table, SourceTableKind kind)
    {
        try
        {
            return [.. Rows("SELECT name, type, \"notnull\", dflt_value, pk, hidden FROM pragma_table_xinfo($1, 'main') ORDER BY cid", table)
                .Select(static row => new SourceColumn(
                    (string)row[0]!, row[1] as string ?? "", (long)row[2]! != 0, row[3] as string, (int)(long)row[4]!, (long)row[5]! switch
                    {
                        0 => GeneratedKind.None,
                        2 => GeneratedKind.Virtual,
                        3 => GeneratedKind.Stored,
                        _ => GeneratedKind.Hidden,
                    }))];
        }
        catch (SqliteException) when (kind == SourceTableKind.Virtual)
        {
            // Its module is not here; nobody reads it then.
            return [];
        }
    }
}

/// <summary>An entry of the schema.</summary>
/// <param name="Type"><c>table</c>, <c>index</c>, <c>view</c> or <c>trigger</c>.</param>
/// <param name="Table">That it belongs to.</param>
/// <param name="Sql">Null for the index of a constraint.</param>
internal sealed record SchemaObject(string Type, string Name, string Table, string? Sql)
{
    public bool IsSqlitesOwn => Name.StartsWith("sqlite_", StringComparison.OrdinalIgnoreCase);

    public bool IsVirtualTable => Type == "table" && Sql is not null && SqlToken.Read(Sql).Where(static token => token.IsCode).Take(2).Last().Is("VIRTUAL");
}
