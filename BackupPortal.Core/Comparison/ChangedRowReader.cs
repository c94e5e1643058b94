using System.Globalization;
using BackupPortal.Core.Browsing;
using BackupPortal.Core.Messages;
using BackupPortal.Core.Sources;
using Microsoft.Data.Sqlite;

namespace BackupPortal.Core.Comparison;

/// <summary>Looks up what rows that differ hold, in both states.</summary>
internal sealed class ChangedRowReader(ComparedStates states, DifferenceStore store)
{
    // SQLite gives at most 2,000 results.
    private const int MostColumns = 500;

    public ChangedRows Read(TableDifferences table, TablePair pair, DifferenceKind kind, long skip, int take)
    {
        var columns = ColumnsOf(pair);
        var telling = TellingColumns.Of((pair.Snapshot ?? pair.Other)!);
        return new ChangedRows([.. columns.Select(column => Describe(column, telling))], ReadRows(table, pair, columns, kind, skip, take));
    }

    private IReadOnlyList<ChangedRow> ReadRows(
        TableDifferences table, TablePair pair, List<(StoredColumn? Snapshot, StoredColumn? Other)> columns, DifferenceKind kind, long skip, int take)
    {
        var snapshot = columns.ConvertAll(column => column.Snapshot?.Name);
        var other = columns.ConvertAll(column => column.Other?.Name);
        try
        {
            return pair switch
            {
                { Other: null } => [.. All(states.Snapshot, pair.Snapshot!, snapshot, skip, take).Select(row => new ChangedRow(row, null, []))],
                { Snapshot: null } => [.. All(states.Other, pair.Other!, other, skip, take).Select(row => new ChangedRow(null, row, []))],
                _ => [.. store.Read(table.Number, kind, skip, take).Select(row => Find(pair, row, snapshot, other))],
            };
        }
        catch (PortalException) when (pair.IsVirtual)
        {
            // Its module is not here, or does not show its rows: that they differ is known from what it is made of.
            return [];
        }
    }

    private static ChangedColumn Describe((StoredColumn? Snapshot, StoredColumn? Other) column, IReadOnlySet<string> telling)
    {
        var name = (column.Snapshot ?? column.Other)!.Name;
        return new ChangedColumn(name, telling.Contains(name));
    }

    private static List<(StoredColumn? Snapshot, StoredColumn? Other)> ColumnsOf(TablePair pair)
    {
        var paired = pair.Columns.ToDictionary(column => column.Snapshot, column => column.Other);
        var ofSnapshot = (pair.Snapshot?.Columns ?? []).Select(column => ((StoredColumn?)column, paired.GetValueOrDefault(column)));
        var added = (pair.Other?.Columns ?? []).Except(paired.Values).Select(column => ((StoredColumn?)null, (StoredColumn?)column));
        return [.. ofSnapshot.Concat(added).Take(MostColumns)];
    }

    private static IEnumerable<TableCell?[]> All(ComparedSide side, StoredTable table, List<string?> columns, long skip, int take)
    {
        using var command = Select(side, table, columns, " LIMIT $1 OFFSET $2", [take, skip]);
        foreach (var row in Run(side, command, columns))
            yield return row;
    }

    private ChangedRow Find(TablePair pair, RowDifference row, List<string?> snapshot, List<string?> other)
    {
        var before = Find(states.Snapshot, pair.Snapshot, snapshot, row.SnapshotRow);
        var after = Find(states.Other, pair.Other, other, row.OtherRow);
        if (before is null || after is null)
            return new ChangedRow(before, after, []);
        var changed = new bool[before.Length];
        for (var i = 0; i < changed.Length; i++)
            changed[i] = before[i] is { } one && after[i] is { } two && (one != two || (IsCut(one) && !IsSame(pair, row, snapshot[i]!, other[i]!)));
        return new ChangedRow(before, after, changed);
    }

    /// <summary>Whether what is shown of a value may be less than all of it. A text may go on behind a NUL, where its length does not count.</summary>
    private static bool IsCut(TableCell cell) => cell.SizeBytes is not null || cell.Kind == "text";

    private bool IsSame(TablePair pair, RowDifference row, string snapshotColumn, string otherColumn)
    {
        using var before = Open(states.Snapshot, pair.Snapshot!, snapshotColumn, row.SnapshotRow!);
        using var after = Open(states.Other, pair.Other!, otherColumn, row.OtherRow!);
        return before.Step() && after.Step() && RowCursor.AreEqual(before, after);
    }

    /// <summary>One whole value of a row.</summary>
    private static RowCursor Open(ComparedSide side, StoredTable table, string column, object row)
    {
        var (which, values) = Locate(side, table, row);
        var cursor = new RowCursor(side.Database, $"SELECT 0, t.{SqlIdentifier.Quote(column)} FROM main.{SqlIdentifier.Quote(table.Name)} AS t{which}");
        cursor.Bind([.. values.Select(value => new StoredValue(value))]);
        return cursor;
    }

    private static (string Which, object?[] Values) Locate(ComparedSide side, StoredTable table, object row) => row switch
    {
        byte[] record => (
            " WHERE " + string.Join(" AND ", table.Key.Select((key, i) => string.Create(CultureInfo.InvariantCulture, $"t.{SqlIdentifier.Quote(key.Name)} = ${i + 1}"))),
            [.. RecordKey.Read(record, table.Key.Count(), side.TextEncoding).Select(value => value.Value)]),
        long place when table.RowIdSql is null => (" NOT INDEXED LIMIT 1 OFFSET $1", [UnnumberedRow.PositionOf(place)]),
        _ => ($" WHERE t.{table.RowIdSql} = $1", [row]),
    };

    private static TableCell?[]? Find(ComparedSide side, StoredTable? table, List<string?> columns, object? row)
    {
        if (row is null || table is null)
            return null;
        var (which, values) = Locate(side, table, row);
        using var command = Select(side, table, columns, which, values);
        return Run(side, command, columns).FirstOrDefault();
    }

    private static SqliteCommand Select(ComparedSide side, StoredTable table, List<string?> columns, string rest, object?[] values)
    {
        var results = columns.OfType<string>().Select(name => CellSql.Of("t." + SqlIdentifier.Quote(name))).Prepend("1");
        var command = side.Database.Connection.CreateCommand();
        command.CommandText = $"SELECT {string.Join(", ", results)} FROM main.{SqlIdentifier.Quote(table.Name)} AS t{rest}";
        for (var i = 0; i < values.Length; i++)
            command.Parameters.AddWithValue(string.Create(CultureInfo.InvariantCulture, $"${i + 1}"), values[i] ?? DBNull.Value);
        return command;
    }

    private static List<TableCell?[]> Run(ComparedSide side, SqliteCommand command, List<string?> columns)
    {
        try
        {
            using var reader = command.ExecuteReader();
            var rows = new List<TableCell?[]>();
            while (reader.Read())
            {
                var at = 1;
                var row = new TableCell?[columns.Count];
                for (var i = 0; i < row.Length; i++)
                {
                    if (columns[i] is null)
                        continue;
                    row[i] = CellSql.Read(reader, at);
                    at += CellSql.Results;
                }
                rows.Add(row);
            }
            return rows;
        }
        catch (SqliteException e)
        {
            throw side.Database.Failure(e);
        }
    }
}
