using Microsoft.Data.Sqlite;

namespace BackupPortal.Core.Retrieval;

/// <summary>What a schema asks of rows: foreign keys and unique columns.</summary>
internal sealed class TableConstraints(SqliteConnection connection)
{
    /// <summary>Columns of a table that may hold the same values only once, its primary key too; partial indexes and those of expressions left out.</summary>
    public IReadOnlyList<IReadOnlyList<UniqueColumn>> UniqueOf(string table) =>
        [.. Rows("SELECT name FROM pragma_index_list($1, 'main') WHERE \"unique\" AND NOT partial ORDER BY seq", table)
            .Select(index => Rows("SELECT name, coll FROM pragma_index_xinfo($1, 'main') WHERE key ORDER BY seqno", (string)index[0]!))
            .Where(columns => columns.All(column => column[0] is string))
            .Select(columns => (IReadOnlyList<UniqueColumn>)[.. columns.Select(column => new UniqueColumn((string)column[0]!, (string)column[1]!))])];

    public IReadOnlyList<ForeignKey> ForeignKeysOf(string table) =>
        [.. Rows("SELECT id, \"table\", \"from\", \"to\" FROM pragma_foreign_key_list($1, 'main') ORDER BY id, seq", table)
            .GroupBy(row => (long)row[0]!)
            .Select(key => Of(table, [.. key]))];

    private ForeignKey Of(string table, IReadOnlyList<object?[]> columns)
    {
        var parent = (string)columns[0][1]!;
        // Without names it is the parent's primary key.
        var to = columns[0][3] is null
            ? [.. Rows("SELECT name FROM pragma_table_info($1, 'main') WHERE pk ORDER BY pk", parent).Select(row => (string)row[0]!)]
            : columns.Select(column => (string)column[3]!).ToList();
        return new ForeignKey(table, parent, [.. columns.Select(column => (string)column[2]!)], to);
    }

    private List<object?[]> Rows(string sql, string argument)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.Parameters.AddWithValue("$1", argument);
        using var reader = command.ExecuteReader();
        var rows = new List<object?[]>();
        while (reader.Read())
            rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? null : reader.GetValue(i))]);
        return rows;
    }
}

internal sealed record UniqueColumn(string Name, string Collation);

/// <param name="Columns">Of <paramref name="Table"/>; they refer to <paramref name="ParentColumns"/>, one by one.</param>
internal sealed record ForeignKey(string Table, string Parent, IReadOnlyList<string> Columns, IReadOnlyList<string> ParentColumns)
{
    /// <summary>That a gathered row refers to another one; null when columns of the key are not in both states.</summary>
    public string? Match(GatheredTable child, GatheredTable parent, string childName, string parentName)
    {
        var pairs = Columns.Zip(ParentColumns, (from, to) => (From: child.Find(from), To: parent.Find(to))).ToList();
        return pairs.Count == 0 || pairs.Any(pair => pair.From is null || pair.To is null) ? null
            : string.Join(" AND ", pairs.Select(pair => $"{childName}.{GatheredTable.Column(pair.From!.Value)} = {parentName}.{GatheredTable.Column(pair.To!.Value)}"));
    }
}
