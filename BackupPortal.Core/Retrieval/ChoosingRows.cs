using System.Globalization;
using BackupPortal.Core.Comparison;
using BackupPortal.Core.Messages;
using BackupPortal.Core.Sources;
using SQLitePCL;

namespace BackupPortal.Core.Retrieval;

/// <summary>Marks the gathered rows that a person has chosen.</summary>
internal sealed class ChoosingRows(StateComparison comparison, GatheringDatabase database, GatheredTables tables)
{
    private ComparedSide Snapshot => comparison.States.Snapshot;

    /// <exception cref="PortalException">There is no such table, its rows cannot be told apart, or the condition is none.</exception>
    public void Choose(RetrievalArguments wanted)
    {
        foreach (var name in wanted.Tables)
            Choose(TableOf(name), wanted);
    }

    /// <summary>The table that rows are to be listed of, and which of those that were gathered fit.</summary>
    public (GatheredTable Table, string Condition) Find(RetrievableRowsQuery query)
    {
        var table = tables.Gather(TableOf(query.Table), query.WithChanged ? [DifferenceKind.ComeBack, DifferenceKind.Revert] : [DifferenceKind.ComeBack]);
        if (query.WithChanged && !table.IsGone)
            NoteLiveValues(table);
        return (table, Containing(table, query.Search?.Trim()));
    }

    private int TableOf(string name)
    {
        var number = comparison.Pairs.ToList().FindIndex(pair => pair.Snapshot is not null && string.Equals(pair.Name, name, StringComparison.OrdinalIgnoreCase));
        return number >= 0 ? number
            : throw RetrievalText.Refusal("NoTable", "NoTableHint", null, name, string.Join(", ", Snapshot.Schema.Tables.Where(GatheredTables.CanGather).Select(table => table.Name)));
    }

    private void Choose(int number, RetrievalArguments wanted)
    {
        var table = tables.Gather(number, DifferenceKind.ComeBack, DifferenceKind.Revert);
        var kinds = wanted.ReplaceChanged ? $"{(int)DifferenceKind.ComeBack}, {(int)DifferenceKind.Revert}" : $"{(int)DifferenceKind.ComeBack}";
        var fitting = wanted.Picked.FirstOrDefault(one => string.Equals(one.Table, table.Name, StringComparison.OrdinalIgnoreCase)) is { } picked ? Named(table, picked.Rows)
            : wanted.Where is { } condition ? $"at IN ({Fitting(table, condition)})" : Containing(table, wanted.Search);
        database.Execute($"UPDATE {table.Scratch} SET why = {(int)RowReason.Chosen} WHERE kind IN ({kinds}) AND {fitting}");
        if (wanted.ReplaceChanged && !table.IsGone)
            NoteLiveValues(table);
        // What nobody asked for is not told as left as it is, either.
        database.Execute($"DELETE FROM {table.Scratch} WHERE kind = {(int)DifferenceKind.Revert} AND NOT ({fitting})");
    }

    /// <summary>What is live in the rows that are to change, so that nothing is overwritten that came after.</summary>
    private void NoteLiveValues(GatheredTable table) => database.Execute($"""
        UPDATE {table.Scratch} AS x SET {string.Join(", ", table.LiveScratchColumns.Zip(table.LiveColumns, (note, column) => $"{note} = m.{column}"))}
        FROM live.{SqlIdentifier.Quote(table.LiveName)} AS m WHERE {table.IsSameRow("m", "x")} AND x.kind = {(int)DifferenceKind.Revert}
        """);

    /// <summary>SQL that gives the gathered rows that meet a person's condition, which is evaluated on the snapshot alone.</summary>
    private string Fitting(GatheredTable table, string condition)
    {
        var name = SqlIdentifier.Quote(table.Name);
        var key = table.SnapshotRowId is { } rowId ? [rowId] : table.Pair.Snapshot!.Key.Select(column => SqlIdentifier.Quote(column.Name)).ToList();
        RequireCondition($"SELECT 1 FROM main.{name} WHERE (\n{condition}\n)");
        database.Execute($"DROP TABLE IF EXISTS fitting; CREATE TABLE fitting({string.Join(", ", key.Select(static (_, i) => string.Create(CultureInfo.InvariantCulture, $"k{i}")))})");
        database.Execute($"INSERT INTO fitting SELECT {string.Join(", ", key)} FROM kept.{name} WHERE (\n{condition}\n)");
        database.Execute($"CREATE INDEX fittingKey ON fitting({string.Join(", ", key.Select(static (_, i) => string.Create(CultureInfo.InvariantCulture, $"k{i}")))})");
        var match = table.SnapshotRowId is not null ? "f.k0 = x.rid"
            : string.Join(" AND ", table.Key.Select(static (column, i) => string.Create(CultureInfo.InvariantCulture, $"f.k{i} = x.c{column}")));
        return $"SELECT x.at FROM {table.Scratch} AS x WHERE EXISTS (SELECT 1 FROM fitting AS f WHERE {match})";
    }

    /// <summary>Condition on the gathered rows that were picked one by one.</summary>
    private string Named(GatheredTable table, IReadOnlyList<string> keys)
    {
        if (keys.Count > PickedRows.Most)
            throw RetrievalText.Refusal("TooManyPicked", "TooManyPickedHint", null, table.Name, $"{keys.Count}", $"{PickedRows.Most}");
        if (table.RowKey(table.Scratch) is not { } key)
            throw RetrievalText.Refusal("NotByRows", "NotByRowsHint", null, table.Name);
        database.Execute("DROP TABLE IF EXISTS picked; CREATE TABLE picked(key TEXT PRIMARY KEY) WITHOUT ROWID");
        using var insert = database.Command("INSERT OR IGNORE INTO picked VALUES($1)");
        var value = insert.Parameters.AddWithValue("$1", "");
        foreach (var one in keys)
        {
            value.Value = one;
            insert.ExecuteNonQuery();
        }
        return $"{key} IN (SELECT key FROM picked)";
    }

    /// <summary>Condition on the gathered rows that have a text in one of their columns; any row has none.</summary>
    private static string Containing(GatheredTable table, string? text)
    {
        if (text is not { Length: > 0 })
            return "1";
        var pattern = text.Replace("\\", @"\\", StringComparison.Ordinal).Replace("%", @"\%", StringComparison.Ordinal).Replace("_", @"\_", StringComparison.Ordinal).Replace("'", "''", StringComparison.Ordinal);
        return $"({string.Join(" OR ", table.ScratchColumns.Select(column => $@"coalesce(typeof({column}) <> 'blob' AND CAST({column} AS TEXT) LIKE '%{pattern}%' ESCAPE '\', 0)"))})";
    }

    // On a connection that can change nothing, and as one statement: what a person typed must not become anything else.
    private void RequireCondition(string sql)
    {
        var handle = ConnectionHandle.Of(Snapshot.Database.Connection);
        var result = raw.sqlite3_prepare_v2(handle, sql, out var statement, out var rest);
        using (statement)
        {
            if (result != raw.SQLITE_OK)
                throw RetrievalText.Refusal("WhereRefused", "WhereRefusedHint", null, raw.sqlite3_errmsg(handle).utf8_to_string());
            if (!string.IsNullOrWhiteSpace(rest))
                throw RetrievalText.Refusal("WhereRefused", "WhereRefusedHint", null, ";");
        }
    }
}
