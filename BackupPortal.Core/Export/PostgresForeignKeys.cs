using BackupPortal.Core.Messages;

namespace BackupPortal.Core.Export;

/// <summary>Translates foreign keys. Behind all rows and keys, so that tables may refer to each other in circles.</summary>
internal sealed class PostgresForeignKeys(
    SourceSchema schema, IReadOnlyList<PostgresTable> tables, PostgresKeys keys, PostgresNames names, ForeignKeyViolations violations, Action<string, string> left, List<Message> notices)
{
    public IEnumerable<string> Of(PostgresTable table)
    {
        var list = schema.Rows("SELECT id, \"table\", \"from\", \"to\", on_update, on_delete FROM pragma_foreign_key_list($1, 'main') ORDER BY id DESC, seq", table.Source.Name);
        foreach (var key in list.GroupBy(static row => (long)row[0]!))
        {
            var parts = key.ToList();
            if (Statement(table, key.Key, parts) is { } statement)
                yield return statement;
            else
                left($"foreign key of {table.Source.Name}", $"({string.Join(", ", parts.Select(static row => row[2]))}) REFERENCES {parts[0][1]}({string.Join(", ", parts.Select(static row => row[3]))})");
        }
    }

    /// <returns>Null where PostgreSQL cannot have it: what it refers to is not there, not unique, or of another type.</returns>
    private string? Statement(PostgresTable table, long id, List<object?[]> parts)
    {
        var parent = tables.FirstOrDefault(one => one.Source.Name.Equals((string)parts[0][1]!, StringComparison.OrdinalIgnoreCase));
        if (parent is null)
            return null;
        var from = parts.Select(row => table.Find((string)row[2]!)).ToList();
        var to = parts[0][3] is null
            ? [.. parent.Columns.Where(static column => column.Source.KeyPosition > 0).OrderBy(static column => column.Source.KeyPosition)]
            : parts.Select(row => parent.Find((string)row[3]!)).ToList();
        if (from.Count != to.Count || from.Contains(null) || to.Contains(null) || !keys.AreUnique(parent, to!) || from.Zip(to).Any(static pair => !AreComparable(pair.First!, pair.Second!)))
            return null;
        var isViolated = violations.Has(table.Source.Name, id);
        var mayDiffer = from.Concat(to).Any(static column => column!.Widened is not null) || IsFolded(parent, to!);
        if (isViolated || mayDiffer)
            notices.Add(ExportText.Of("PostgresNotValid", table.Source.Name, string.Join(", ", parts.Select(static row => row[2])), parent.Source.Name));
        return $"ALTER TABLE {PostgresText.Quote(table.Name)} ADD CONSTRAINT {PostgresText.Quote(names.Next($"{table.Name}_{from[0]!.Name}_fkey"))} FOREIGN KEY ({PostgresText.List(from.Select(static column => column!.Name))})"
            + $" REFERENCES {PostgresText.Quote(parent.Name)} ({PostgresText.List(to.Select(static column => column!.Name))}){Action("UPDATE", parts[0][4])}{Action("DELETE", parts[0][5])}{(isViolated || mayDiffer ? " NOT VALID" : "")}";
    }

    private static bool AreComparable(PostgresColumn from, PostgresColumn to) => from.Kind == to.Kind;

    // SQLite compares as the column does that is referred to; PostgreSQL always looks at the case.
    private bool IsFolded(PostgresTable parent, IEnumerable<PostgresColumn> columns) => schema
        .Rows("SELECT x.name FROM pragma_index_list($1, 'main') AS l, pragma_index_xinfo(l.name, 'main') AS x WHERE x.key AND x.coll <> 'BINARY'", parent.Source.Name)
        .Any(row => columns.Any(column => column.Source.Name.Equals(row[0] as string, StringComparison.OrdinalIgnoreCase)));

    private static string Action(string occasion, object? action) => action is string text && text != "NO ACTION" ? $" ON {occasion} {text}" : "";
}
