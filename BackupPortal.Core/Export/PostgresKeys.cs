namespace BackupPortal.Core.Export;

/// <summary>Translates keys, checks and indexes. Call it table by table, all keys first.</summary>
/// <param name="left">Told what cannot be translated, and its SQL.</param>
internal sealed class PostgresKeys(SourceSchema schema, PostgresNames names, Action<string, string> left)
{
    // Of PostgreSQL: bytes of an entry of an index (2704), less what it needs itself; columns of one.
    private const int LongestEntryBytes = 2600;
    private const int MostIndexColumns = 32;

    private readonly Dictionary<string, List<HashSet<string>>> unique = [];

    /// <summary>Whether a foreign key may refer to these columns.</summary>
    public bool AreUnique(PostgresTable table, IEnumerable<PostgresColumn> columns) =>
        unique.GetValueOrDefault(table.Name)?.Any(set => set.SetEquals(columns.Select(static column => column.Name))) == true;

    /// <summary>Primary key and unique columns.</summary>
    public IEnumerable<string> Keys(PostgresTable table)
    {
        var primary = table.Columns.Where(static column => column.Source.KeyPosition > 0).OrderBy(static column => column.Source.KeyPosition).ToList();
        if (primary.Count > 0)
        {
            var isStrict = primary.All(static column => column.Facts.Nulls == 0);
            if (!isStrict)
                left($"primary key of {table.Source.Name} (made unique: it is NULL in rows)", string.Join(", ", primary.Select(static column => column.Source.Name)));
            yield return Constraint(table, primary, isStrict ? "PRIMARY KEY" : "UNIQUE", isStrict ? "_pkey" : "_key");
        }
        foreach (var index in IndexesOf(table).Where(static index => index.Origin != "c"))
        {
            var columns = index.Columns.Select(column => table.Find(column.Name!)!).ToList();
            if (index.Origin == "u" && !AreUnique(table, columns))
                yield return Constraint(table, columns, "UNIQUE", $"_{string.Join('_', columns.Select(static column => column.Name))}_key");
            // In SQLite they are unique whatever their case; what refers to them needs the constraint above all the same.
            if (index.Columns.Any(static column => column.IsNoCase))
                yield return IndexStatement(table, index, names.Next($"{table.Name}_nocase_key"));
        }
    }

    public IEnumerable<string> Checks(PostgresTable table)
    {
        foreach (var check in table.Definition.Checks)
        {
            var source = string.Join(' ', check.Select(static token => token.Text));
            if (PostgresExpression.Translate(check, table) is { } sql)
                yield return PostgresText.Attempt($"ALTER TABLE {PostgresText.Quote(table.Name)} ADD CONSTRAINT {PostgresText.Quote(names.Next(table.Name + "_check"))} CHECK ({sql})", $"check of {table.Source.Name}: {source}");
            else
                left($"check of {table.Source.Name}", $"CHECK ({source})");
        }
    }

    public IEnumerable<string> Indexes(PostgresTable table)
    {
        foreach (var index in IndexesOf(table).Where(static index => index.Origin == "c"))
        {
            var sql = schema.Objects.First(one => one.Type == "index" && one.Name == index.Name).Sql!;
            if (Statement(table, index, sql) is { } statement)
                yield return statement;
            else
                left($"index {index.Name}", sql);
        }
    }

    private string Constraint(PostgresTable table, List<PostgresColumn> columns, string kind, string suffix)
    {
        var statement = $"ALTER TABLE {PostgresText.Quote(table.Name)} ADD CONSTRAINT {PostgresText.Quote(names.Next(table.Name + suffix))} {kind} ({PostgresText.List(columns.Select(static column => column.Name))})";
        if (MayFail(columns))
            return PostgresText.Attempt(statement, $"{kind} of {table.Source.Name}");
        Remember(table, columns);
        return statement;
    }

    private void Remember(PostgresTable table, IEnumerable<PostgresColumn> columns)
    {
        if (!unique.TryGetValue(table.Name, out var sets))
            unique[table.Name] = sets = [];
        sets.Add([.. columns.Select(static column => column.Name)]);
    }

    /// <returns>Null where it cannot be translated.</returns>
    private string? Statement(PostgresTable table, SourceIndex index, string sql)
    {
        if (index.Columns.Count > MostIndexColumns)
            return null;
        if (!index.IsPartial && index.Columns.All(static column => column.Name is not null))
            return IndexStatement(table, index, names.Next(index.Name));
        var tokens = SqlToken.Read(sql).Where(static token => token.IsCode).ToList();
        var bracket = tokens.FindIndex(static token => token.Is("("));
        var columns = TableDefinition.Split(TableDefinition.Within(tokens, bracket)).Select(part => IndexedExpression(part, table)).ToList();
        var condition = tokens.Skip(bracket + 1).SkipWhile(static token => !token.Is("WHERE")).Skip(1).ToList();
        var where = index.IsPartial ? PostgresExpression.Translate(condition, table) : "";
        if (columns.Contains(null) || where is null)
            return null;
        var statement = $"CREATE {(index.IsUnique ? "UNIQUE " : "")}INDEX {PostgresText.Quote(names.Next(index.Name))} ON {PostgresText.Quote(table.Name)} ({string.Join(", ", columns)}){(index.IsPartial ? $" WHERE {where}" : "")}";
        return PostgresText.Attempt(statement, $"index {index.Name}");
    }

    private static string? IndexedExpression(IReadOnlyList<SqlToken> part, PostgresTable table)
    {
        var end = part.Count > 0 && (part[^1].Is("DESC") || part[^1].Is("ASC")) ? 1 : 0;
        return PostgresExpression.Translate([.. part.SkipLast(end)], table) is { } sql ? $"({sql}){(end == 1 ? " " + part[^1].Text.ToUpperInvariant() : "")}" : null;
    }

    private string IndexStatement(PostgresTable table, SourceIndex index, string name)
    {
        var columns = index.Columns.Select(column => (Source: column, Column: table.Find(column.Name!)!)).ToList();
        var isFolded = columns.Any(static one => one.Source.IsNoCase && one.Column.Kind == PostgresKind.Text);
        // SQLite folds the case of ASCII letters alone, as PostgreSQL does in this collation.
        var parts = columns.Select(static one =>
            (one.Source.IsNoCase && one.Column.Kind == PostgresKind.Text ? $"lower({PostgresText.Quote(one.Column.Name)} COLLATE \"C\")" : PostgresText.Quote(one.Column.Name)) + (one.Source.IsDescending ? " DESC" : ""));
        var statement = $"CREATE {(index.IsUnique ? "UNIQUE " : "")}INDEX {PostgresText.Quote(name)} ON {PostgresText.Quote(table.Name)} ({string.Join(", ", parts)})";
        if (MayFail(columns.Select(static one => one.Column)))
            return PostgresText.Attempt(statement, $"index {index.Name}");
        if (index.IsUnique && !isFolded)
            Remember(table, columns.Select(static one => one.Column));
        return statement;
    }

    /// <summary>Whether entries may be too long, or values that differ in SQLite may be the same in PostgreSQL.</summary>
    private static bool MayFail(IEnumerable<PostgresColumn> columns) => columns.Any(static column => column.Widened is not null) || columns.Sum(static column => column.Facts.LongestBytes + 8L) > LongestEntryBytes;

    private IEnumerable<SourceIndex> IndexesOf(PostgresTable table) => table.Source.Kind == SourceTableKind.Virtual ? [] : schema
        .Rows("SELECT name, \"unique\", origin, partial FROM pragma_index_list($1, 'main') ORDER BY seq DESC", table.Source.Name)
        .Select(row => new SourceIndex(
            (string)row[0]!, (long)row[1]! == 1, (string)row[2]!, (long)row[3]! == 1,
            [.. schema.Rows("SELECT name, \"desc\", coll FROM pragma_index_xinfo($1, 'main') WHERE key ORDER BY seqno", (string)row[0]!)
                .Select(static column => new SourceIndexColumn(column[0] as string, (long)column[1]! == 1, "NOCASE".Equals(column[2] as string, StringComparison.OrdinalIgnoreCase)))]));
}

/// <param name="Origin"><c>c</c> for an index of its own, <c>u</c> for one of a unique constraint, <c>pk</c> for one of the primary key.</param>
internal sealed record SourceIndex(string Name, bool IsUnique, string Origin, bool IsPartial, IReadOnlyList<SourceIndexColumn> Columns);

/// <param name="Name">Null for an expression.</param>
internal sealed record SourceIndexColumn(string? Name, bool IsDescending, bool IsNoCase);
