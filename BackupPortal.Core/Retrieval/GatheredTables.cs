using System.Globalization;
using BackupPortal.Core.Comparison;
using BackupPortal.Core.Messages;
using BackupPortal.Core.Sources;
using Microsoft.Data.Sqlite;

namespace BackupPortal.Core.Retrieval;

/// <summary>Copies the rows of a table that are missing or have changed into a scratch table, when that table is first asked for.</summary>
internal sealed class GatheredTables(StateComparison comparison, GatheringDatabase database, CancellationToken cancellationToken)
{
    private readonly SortedDictionary<int, GatheredTable> tables = [];

    /// <summary>Those with rows in the scratch database.</summary>
    public IEnumerable<GatheredTable> All => tables.Values;

    private ComparedSide Snapshot => comparison.States.Snapshot;

    public static bool CanGather(StoredTable table) => table.Kind is StoredTableKind.RowId or StoredTableKind.WithoutRowId;

    public GatheredTable? Find(string liveName) =>
        All.FirstOrDefault(table => string.Equals(table.LiveName, liveName, StringComparison.OrdinalIgnoreCase));

    /// <summary>Null when no row of it is missing.</summary>
    public GatheredTable? GatherIfDifferent(string liveName) =>
        Find(liveName) ?? (comparison.Tables.FirstOrDefault(table =>
                string.Equals(table.OtherName ?? table.Name, liveName, StringComparison.OrdinalIgnoreCase) && table.ComeBack > 0) is { } differing
            ? Gather(differing.Number, DifferenceKind.ComeBack) : null);

    /// <summary>Rows of a table that are missing or have changed, none of them chosen yet.</summary>
    /// <exception cref="PortalException">Its rows cannot be told apart.</exception>
    public GatheredTable Gather(int number, params IReadOnlyList<DifferenceKind> kinds)
    {
        if (tables.TryGetValue(number, out var known))
            return known;
        var table = new GatheredTable(number, comparison.Pairs[number]) { Parts = PartsOf(comparison.Pairs[number]) };
        if (!CanGather(table.Pair.Snapshot!) || (table.Pair.Other is { } other && !CanGather(other)))
            throw RetrievalText.Refusal("NotByRows", "NotByRowsHint", null, table.Name);
        tables.Add(number, table);
        database.Execute($"CREATE TABLE {table.Scratch}({string.Join(", ", table.ScratchColumns.Prepend("at INTEGER PRIMARY KEY, kind INTEGER, why INTEGER DEFAULT 0, conflict INTEGER, rid").Concat(table.LiveScratchColumns))})");
        if (table.IsGone)
            database.Execute($"{InsertFrom(table, "0")} FROM kept.{SqlIdentifier.Quote(table.Name)} AS t");
        else if (table.SnapshotRowId is { } rowId)
            GatherByNumber(table, rowId, kinds);
        else
            GatherByKey(table, kinds);
        return table;
    }

    public bool HasWanted(GatheredTable table) => database.Number($"SELECT EXISTS (SELECT 1 FROM {table.Scratch} WHERE why > 0)") > 0;

    public long CountWanted() => All.Sum(table => database.Number($"SELECT count(*) FROM {table.Scratch} WHERE why > 0"));

    private List<string> PartsOf(TablePair pair)
    {
        if (pair.Other is not null)
            return [];
        using var command = Snapshot.Database.Connection.CreateCommand();
        command.CommandText = "SELECT sql FROM main.sqlite_master WHERE tbl_name = $1 COLLATE NOCASE AND type IN ('index', 'trigger') AND sql IS NOT NULL ORDER BY type";
        command.Parameters.AddWithValue("$1", pair.Name);
        using var reader = command.ExecuteReader();
        var parts = new List<string>();
        while (reader.Read())
            parts.Add(reader.GetString(0));
        return parts;
    }

    private void GatherByNumber(GatheredTable table, string rowId, IReadOnlyList<DifferenceKind> kinds)
    {
        database.Execute("DROP TABLE IF EXISTS wanted; CREATE TABLE wanted(row INTEGER PRIMARY KEY, kind INTEGER)");
        Fill("INSERT INTO wanted(kind, row) VALUES($1, $2)", table, kinds, 1, static (row, values) => values[0] = (long)row);
        database.Execute($"{InsertFrom(table, "w.kind")} FROM wanted AS w CROSS JOIN kept.{SqlIdentifier.Quote(table.Name)} AS t WHERE t.{rowId} = w.row; DROP TABLE wanted");
    }

    private void GatherByKey(GatheredTable table, IReadOnlyList<DifferenceKind> kinds)
    {
        var key = table.Pair.Snapshot!.Key.ToList();
        if (!table.Pair.HasSameKey || !table.Pair.IsStoredAlike || table.Pair.Snapshot!.Kind != StoredTableKind.WithoutRowId)
            throw RetrievalText.Refusal("NotByRows", "NotByRowsHint", null, table.Name);
        var names = string.Join(", ", key.Select(static (_, i) => string.Create(CultureInfo.InvariantCulture, $"k{i}")));
        database.Execute($"DROP TABLE IF EXISTS wanted; CREATE TABLE wanted(kind INTEGER, {names})");
        Fill(
            $"INSERT INTO wanted(kind, {names}) VALUES($1, {string.Join(", ", key.Select(static (_, i) => string.Create(CultureInfo.InvariantCulture, $"${i + 2}")))})",
            table, kinds, key.Count,
            (row, values) =>
            {
                var found = RecordKey.Read((byte[])row, key.Count, Snapshot.TextEncoding);
                for (var i = 0; i < found.Length; i++)
                    values[i] = found[i].Value;
            });
        var match = string.Join(" AND ", key.Select(static (column, i) => string.Create(CultureInfo.InvariantCulture, $"t.{SqlIdentifier.Quote(column.Name)} = w.k{i}")));
        database.Execute($"{InsertFrom(table, "w.kind")} FROM wanted AS w CROSS JOIN kept.{SqlIdentifier.Quote(table.Name)} AS t WHERE {match}; DROP TABLE wanted");
    }

    private void Fill(string sql, GatheredTable table, IReadOnlyList<DifferenceKind> kinds, int values, Action<object, object?[]> read)
    {
        using var command = database.Command(sql);
        for (var i = 1; i <= values + 1; i++)
            command.Parameters.Add(new SqliteParameter(string.Create(CultureInfo.InvariantCulture, $"${i}"), null));
        var found = new object?[values];
        database.Execute("BEGIN");
        foreach (var kind in kinds)
        {
            foreach (var row in comparison.ReadAll(table.Number, kind))
            {
                cancellationToken.ThrowIfCancellationRequested();
                read(row.SnapshotRow!, found);
                command.Parameters[0].Value = (int)kind;
                for (var i = 0; i < values; i++)
                    command.Parameters[i + 1].Value = found[i] ?? DBNull.Value;
                command.ExecuteNonQuery();
            }
        }
        database.Execute("COMMIT");
    }

    private static string InsertFrom(GatheredTable table, string kind) =>
        $"INSERT INTO {table.Scratch}({string.Join(", ", table.ScratchColumns.Prepend("kind, rid"))}) SELECT {kind}, "
        + string.Join(", ", table.Columns.Select(static column => "t." + SqlIdentifier.Quote(column.Snapshot)).Prepend(table.SnapshotRowId is { } rowId ? "t." + rowId : "NULL"));
}
