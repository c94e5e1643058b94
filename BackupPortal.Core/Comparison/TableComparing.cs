using System.Globalization;
using System.Security.Cryptography;
using BackupPortal.Core.Messages;
using BackupPortal.Core.Sources;

namespace BackupPortal.Core.Comparison;

/// <summary>Finds the rows of one table that differ, by reading only the leaves that do.</summary>
internal sealed class TableComparing(ComparedSide snapshot, ComparedSide other, PageDifferences pages, DifferenceStore store, CancellationToken cancellationToken)
{
    private readonly StoredDifferences stored = new(snapshot, other, pages, cancellationToken);
    private readonly EachThousand look = new(cancellationToken);

    /// <param name="table">What its differences are stored under.</param>
    public void Run(int table, TablePair pair)
    {
        if (pair is not { Snapshot: { } one, Other: { } two })
            return;
        if (pair.IsVirtual)
            CompareVirtual(table, pair);
        else if (!pair.IsStoredAlike)
            CompareAll(pair);
        else if (one.Kind == StoredTableKind.WithoutRowId && two.Kind == StoredTableKind.WithoutRowId && pair.HasSameKey)
            CompareRecords(pair);
        else if (one.RowIdSql is not null && two.RowIdSql is not null)
            CompareRanges(table, pair, stored.FindRanges(one, two));
        else if (stored.HasChanged(one, two))
            CompareAll(pair);
        store.Settle(table);
    }

    private void CompareRanges(int table, TablePair pair, IEnumerable<RowRange> ranges)
    {
        var key = KeyResults(pair);
        using var before = new RowCursor(snapshot.Database, RangeSql(pair.Snapshot!, pair.Columns.Select(column => column.Snapshot.Name)));
        using var after = new RowCursor(other.Database, RangeSql(pair.Other!, pair.Columns.Select(column => column.Other.Name)));
        foreach (var range in ranges)
        {
            before.Bind(range.First, range.Last);
            after.Bind(range.First, range.Last);
            var (hasBefore, hasAfter) = (before.Step(), after.Step());
            while (hasBefore || hasAfter)
            {
                look.Look();
                var order = !hasBefore ? 1 : !hasAfter ? -1 : before.Number.CompareTo(after.Number);
                if (order == 0 && !RowCursor.AreEqual(before, after))
                    AddBoth(table, pair, key, before, after);
                else if (order < 0)
                    Add(table, pair, key, Side.Snapshot, before);
                else if (order > 0)
                    Add(table, pair, key, Side.Other, after);
                if (order <= 0)
                    hasBefore = before.Step();
                if (order >= 0)
                    hasAfter = after.Step();
            }
        }
    }

    private void AddBoth(int table, TablePair pair, IReadOnlyList<int> key, RowCursor before, RowCursor after)
    {
        if (pair.IsKeyRowId)
        {
            store.Add(table, DifferenceKind.Revert, before.Number);
            return;
        }
        Add(table, pair, key, Side.Snapshot, before);
        Add(table, pair, key, Side.Other, after);
    }

    private void Add(int table, TablePair pair, IReadOnlyList<int> key, Side side, RowCursor row)
    {
        if (pair.IsKeyRowId)
            store.Add(table, side == Side.Snapshot ? DifferenceKind.ComeBack : DifferenceKind.Disappear, row.Number);
        else
            store.AddLeftover(side, key.Count == 0 ? null : row.Key(key), row.Digest(), row.Number);
    }

    /// <summary>Where a row's key is among what a cursor gives; empty when rows have none in common.</summary>
    private static IReadOnlyList<int> KeyResults(TablePair pair) => !pair.HasSameKey ? []
        : [.. pair.Snapshot!.Key.Select(key => 1 + pair.Columns.ToList().FindIndex(column => column.Snapshot == key))];

    /// <summary>Every row of both, in whatever order.</summary>
    private void CompareAll(TablePair pair)
    {
        var key = KeyResults(pair);
        foreach (var (side, compared, table) in new[] { (Side.Snapshot, snapshot, pair.Snapshot!), (Side.Other, other, pair.Other!) })
        {
            var columns = pair.Columns.Select(column => side == Side.Snapshot ? column.Snapshot.Name : column.Other.Name);
            using var rows = new RowCursor(compared.Database, SelectSql(table, columns) + (table.RowIdSql is null ? " NOT INDEXED" : ""));
            for (long position = 0; rows.Step(); position++)
            {
                look.Look();
                var row = table.RowIdSql is null ? UnnumberedRow.Of(side, position) : rows.Number;
                store.AddLeftover(side, key.Count == 0 ? null : rows.Key(key), rows.Digest(), row);
            }
        }
    }

    /// <summary>Rows of a table without row numbers: records that are not in both, looked up by their key.</summary>
    private void CompareRecords(TablePair pair)
    {
        foreach (var (side, record) in stored.ReadRecords(pair.Snapshot!, pair.Other!))
            store.AddRecord(side, SHA256.HashData(record)[..RowCursor.DigestSize], record);
        var key = KeyResults(pair);
        var keyLength = key.Count;
        using var snapshotRow = new RowCursor(snapshot.Database, LookupSql(pair.Snapshot!, pair.Columns.Select(column => column.Snapshot.Name)));
        using var otherRow = new RowCursor(other.Database, LookupSql(pair.Other!, pair.Columns.Select(column => column.Other.Name)));
        foreach (var (side, record) in store.TakeRecords())
        {
            look.Look();
            var row = side == Side.Snapshot ? snapshotRow : otherRow;
            row.Bind(RecordKey.Read(record, keyLength, (side == Side.Snapshot ? snapshot : other).TextEncoding));
            if (row.Step())
                store.AddLeftover(side, row.Key(key), row.Digest(), record);
            else
                store.AddLeftover(side, null, SHA256.HashData(record)[..RowCursor.DigestSize], record);
        }
    }

    /// <summary>A virtual table's rows are compared when anything that it keeps them in has changed.</summary>
    private void CompareVirtual(int table, TablePair pair)
    {
        var shadows = TablePair.Of(
            [.. snapshot.Schema.ShadowsOf(pair.Snapshot!)], [.. other.Schema.ShadowsOf(pair.Other!)], static (_, _) => false);
        if (shadows.Count > 0 && shadows.All(shadow => shadow is { Snapshot: { } one, Other: { } two } && !stored.HasChanged(one, two)))
            return;
        try
        {
            CompareAll(pair);
        }
        catch (PortalException) when (shadows.Count > 0)
        {
            // Its module is not here, or does not show its rows: what it is made of still tells that, and about how much, is different.
            store.ForgetLeftovers();
            foreach (var shadow in shadows)
                Run(table, shadow);
        }
    }

    private static string SelectSql(StoredTable table, IEnumerable<string> columns)
    {
        var number = table.RowIdSql is { } name ? "t." + name : "0";
        return $"SELECT {string.Join(", ", columns.Select(column => "t." + SqlIdentifier.Quote(column)).Prepend(number))} FROM main.{SqlIdentifier.Quote(table.Name)} AS t";
    }

    private static string RangeSql(StoredTable table, IEnumerable<string> columns)
    {
        var number = "t." + table.RowIdSql;
        return $"{SelectSql(table, columns)} NOT INDEXED WHERE {number} BETWEEN ?1 AND ?2 ORDER BY {number}";
    }

    private static string LookupSql(StoredTable table, IEnumerable<string> columns) =>
        $"{SelectSql(table, columns)} WHERE {string.Join(" AND ", table.Key.Select((key, i) => string.Create(CultureInfo.InvariantCulture, $"t.{SqlIdentifier.Quote(key.Name)} = ?{i + 1}")))}";
}
