using System.Globalization;
using System.Security.Cryptography;
using BackupPortal.Core.Messages;
using BackupPortal.Core.Sources;

namespace BackupPortal.Core.Comparison;

/// <summary>Finds the rows of one table that differ, by reading only the leaves that do.</summary>
internal sealed class TableComparing(ComparedSide snapshot, ComparedSide other, PageDifferences pages, DifferenceStore store, CancellationToken cancellationToken)
{
    private const int RowsBetweenLooks = 1000;

    private int rowsSinceLook;

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
            CompareRanges(table, pair, ChangedRanges(one, two));
        else if (HasChanged(one, two))
            CompareAll(pair);
        store.Settle(table);
    }

    private bool HasChanged(StoredTable one, StoredTable two)
    {
        var before = PagesOf(snapshot, one);
        long count = 0;
        foreach (var page in other.Trees.Walk(two.RootPage))
        {
            count++;
            if (!before.Contains(page.Number) || !pages.IsSame(page.Number))
                return true;
        }
        return count != before.Count;
    }

    /// <summary>Runs of rows whose cells differ, among the leaves that are not the same leaves in both states.</summary>
    private IEnumerable<RowRange> ChangedRanges(StoredTable one, StoredTable two)
    {
        using var before = CellsOfChangedLeaves(snapshot, one, PagesOf(other, two)).GetEnumerator();
        using var after = CellsOfChangedLeaves(other, two, PagesOf(snapshot, one)).GetEnumerator();
        var (hasBefore, hasAfter) = (before.MoveNext(), after.MoveNext());
        RowRange? run = null;
        while (hasBefore || hasAfter)
        {
            Look();
            var order = !hasBefore ? 1 : !hasAfter ? -1 : before.Current.RowId.CompareTo(after.Current.RowId);
            if (order != 0 || !AreSame(before.Current, after.Current))
            {
                var row = order <= 0 ? before.Current.RowId : after.Current.RowId;
                run = run is { } begun ? begun with { Last = row } : new RowRange(row, row);
            }
            else if (run is { } ended)
            {
                yield return ended;
                run = null;
            }
            if (order <= 0)
                hasBefore = before.MoveNext();
            if (order >= 0)
                hasAfter = after.MoveNext();
        }
        if (run is { } last)
            yield return last;
    }

    /// <summary>In the order of their rows.</summary>
    private IEnumerable<Cell> CellsOfChangedLeaves(ComparedSide side, StoredTable table, PageSet counterparts) =>
        side.Trees.Walk(table.RootPage)
            .Where(page => page.IsLeaf && (!counterparts.Contains(page.Number) || !pages.IsSame(page.Number)))
            .SelectMany(page => side.Trees.ReadCells(page.Number));

    /// <summary>False also for equal rows that are stored differently; reading them tells.</summary>
    private bool AreSame(Cell before, Cell after) =>
        before.Length == after.Length
        && before.FirstOverflow == after.FirstOverflow
        && before.Local.Span.SequenceEqual(after.Local.Span)
        && snapshot.Trees.OverflowOf(before).All(page => pages.IsSame(page));

    private static PageSet PagesOf(ComparedSide side, StoredTable table)
    {
        var found = new PageSet(side.Pages.PageCount);
        foreach (var page in side.Trees.Walk(table.RootPage))
            found.Add(page.Number);
        return found;
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
                Look();
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
                Look();
                var row = table.RowIdSql is null ? UnnumberedRow.Of(side, position) : rows.Number;
                store.AddLeftover(side, key.Count == 0 ? null : rows.Key(key), rows.Digest(), row);
            }
        }
    }

    /// <summary>Rows of a table without row numbers: records that are not in both, looked up by their key.</summary>
    private void CompareRecords(TablePair pair)
    {
        var (before, after) = (PagesOf(snapshot, pair.Snapshot!), PagesOf(other, pair.Other!));
        AddRecords(Side.Snapshot, snapshot, pair.Snapshot!, after);
        AddRecords(Side.Other, other, pair.Other!, before);
        var key = KeyResults(pair);
        var keyLength = key.Count;
        using var snapshotRow = new RowCursor(snapshot.Database, LookupSql(pair.Snapshot!, pair.Columns.Select(column => column.Snapshot.Name)));
        using var otherRow = new RowCursor(other.Database, LookupSql(pair.Other!, pair.Columns.Select(column => column.Other.Name)));
        foreach (var (side, record) in store.TakeRecords())
        {
            Look();
            var row = side == Side.Snapshot ? snapshotRow : otherRow;
            row.Bind(RecordKey.Read(record, keyLength, (side == Side.Snapshot ? snapshot : other).TextEncoding));
            if (row.Step())
                store.AddLeftover(side, row.Key(key), row.Digest(), record);
            else
                store.AddLeftover(side, null, SHA256.HashData(record)[..RowCursor.DigestSize], record);
        }
    }

    private void AddRecords(Side side, ComparedSide from, StoredTable table, PageSet counterparts)
    {
        foreach (var page in from.Trees.Walk(table.RootPage).Where(page => !counterparts.Contains(page.Number) || !pages.IsSame(page.Number)))
        {
            foreach (var cell in from.Trees.ReadCells(page.Number))
            {
                Look();
                var record = from.Trees.PayloadOf(cell).ToArray();
                store.AddRecord(side, SHA256.HashData(record)[..RowCursor.DigestSize], record);
            }
        }
    }

    /// <summary>A virtual table's rows are compared when anything that it keeps them in has changed.</summary>
    private void CompareVirtual(int table, TablePair pair)
    {
        var shadows = TablePair.Of(
            [.. snapshot.Schema.ShadowsOf(pair.Snapshot!)], [.. other.Schema.ShadowsOf(pair.Other!)], static (_, _) => false);
        if (shadows.Count > 0 && shadows.All(shadow => shadow is { Snapshot: { } one, Other: { } two } && !HasChanged(one, two)))
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

    private void Look()
    {
        if (++rowsSinceLook < RowsBetweenLooks)
            return;
        rowsSinceLook = 0;
        cancellationToken.ThrowIfCancellationRequested();
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
