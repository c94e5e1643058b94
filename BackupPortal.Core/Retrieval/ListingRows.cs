using System.Globalization;
using BackupPortal.Core.Browsing;
using BackupPortal.Core.Comparison;
using BackupPortal.Core.Messages;
using Microsoft.Data.Sqlite;

namespace BackupPortal.Core.Retrieval;

/// <summary>Reads gathered rows a page at a time, with what they hold in both states.</summary>
internal sealed class ListingRows(GatheringDatabase database, ChoosingRows choosing)
{
    // SQLite gives at most 2,000 results, and a column takes seven.
    private const int MostColumns = 250;

    /// <exception cref="PortalException">There is no such table, or its rows cannot be told apart.</exception>
    public RetrievableRows Read(RetrievableRowsQuery query)
    {
        var (table, condition) = choosing.Find(query);
        var key = table.RowKey("x") ?? throw RetrievalText.Refusal("NotByRows", "NotByRowsHint", null, table.Name);
        var telling = TellingColumns.Of(table.Pair.Snapshot!);
        var columns = table.Columns.Take(MostColumns).Select(column => new ChangedColumn(column.Snapshot, telling.Contains(column.Snapshot))).ToList();
        var results = Enumerable.Range(0, columns.Count).Select(static i => string.Create(CultureInfo.InvariantCulture, $"{CellSql.Of($"x.c{i}")}, {CellSql.Of($"x.o{i}")}, x.c{i} IS x.o{i} AND typeof(x.c{i}) = typeof(x.o{i})"));
        // Rows without numbers are gathered in no order.
        var order = table.SnapshotRowId is not null ? "x.at" : string.Join(", ", table.Key.Select(static column => "x." + GatheredTable.Column(column)));
        using var command = database.Command($"SELECT {key}, x.kind, {string.Join(", ", results)} FROM {table.Scratch} AS x WHERE {condition} ORDER BY x.kind, {order} LIMIT $1 OFFSET $2");
        command.Parameters.AddWithValue("$1", query.Take);
        command.Parameters.AddWithValue("$2", query.Skip);
        using var reader = command.ExecuteReader();
        var rows = new List<RetrievableRow>();
        while (reader.Read())
            rows.Add(Row(reader, columns.Count));
        return new RetrievableRows(database.Number($"SELECT count(*) FROM {table.Scratch} AS x WHERE {condition}"), columns, rows);
    }

    private static RetrievableRow Row(SqliteDataReader reader, int columns)
    {
        const int First = 2;
        const int Each = (2 * CellSql.Results) + 1;
        var kind = (DifferenceKind)reader.GetInt32(1);
        TableCell?[] CellsAt(int place) => [.. Enumerable.Range(0, columns).Select(i => CellSql.Read(reader, First + (i * Each) + place))];
        return new RetrievableRow(reader.GetString(0), kind, kind == DifferenceKind.ComeBack
            ? new ChangedRow(CellsAt(0), null, [])
            : new ChangedRow(CellsAt(0), CellsAt(CellSql.Results), [.. Enumerable.Range(0, columns).Select(i => !reader.GetBoolean(First + (i * Each) + (2 * CellSql.Results)))]));
    }
}
