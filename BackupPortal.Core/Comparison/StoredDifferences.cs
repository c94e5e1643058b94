using BackupPortal.Core.Sources;

namespace BackupPortal.Core.Comparison;

/// <summary>Finds the rows of a table that are not stored the same in two states, by reading only the leaves that differ.</summary>
internal sealed class StoredDifferences(ComparedSide snapshot, ComparedSide other, PageDifferences pages, CancellationToken cancellationToken)
{
    private readonly EachThousand look = new(cancellationToken);

    /// <summary>Whether anything of a table differs.</summary>
    public bool HasChanged(StoredTable one, StoredTable two)
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

    /// <summary>Runs of rows whose cells differ, among the leaves that are not the same leaves in both states. No row in between is the same in both.</summary>
    public IEnumerable<RowRange> FindRanges(StoredTable one, StoredTable two)
    {
        using var before = CellsOfChangedLeaves(snapshot, one, PagesOf(other, two)).GetEnumerator();
        using var after = CellsOfChangedLeaves(other, two, PagesOf(snapshot, one)).GetEnumerator();
        var (hasBefore, hasAfter) = (before.MoveNext(), after.MoveNext());
        RowRange? run = null;
        while (hasBefore || hasAfter)
        {
            look.Look();
            var order = !hasBefore ? 1 : !hasAfter ? -1 : before.Current.Cell.RowId.CompareTo(after.Current.Cell.RowId);
            var (isBefore, isAfter) = (order <= 0, order >= 0);
            var isSame = order == 0 && AreSame(before.Current.Cell, after.Current.Cell);
            // Between two leaves that differ there may be some that do not.
            if (run is { } ended && (isSame || (isBefore && before.Current.IsFirst) || (isAfter && after.Current.IsFirst)))
            {
                yield return ended;
                run = null;
            }
            if (!isSame)
                run = Extend(run, isBefore ? before.Current.Cell.RowId : after.Current.Cell.RowId, isBefore, isAfter);
            if (isBefore)
                hasBefore = before.MoveNext();
            if (isAfter)
                hasAfter = after.MoveNext();
        }
        if (run is { } last)
            yield return last;
    }

    /// <summary>In the order of their rows; the first of each leaf is marked.</summary>
    private IEnumerable<(Cell Cell, bool IsFirst)> CellsOfChangedLeaves(ComparedSide side, StoredTable table, PageSet counterparts) =>
        side.Trees.Walk(table.RootPage)
            .Where(page => page.IsLeaf && (!counterparts.Contains(page.Number) || !pages.IsSame(page.Number)))
            .SelectMany(page => side.Trees.ReadCells(page.Number).Select((cell, i) => (cell, i == 0)));

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

    /// <summary>Records of a table without row numbers that are in pages which are not the same in both states.</summary>
    public IEnumerable<(Side Side, byte[] Record)> ReadRecords(StoredTable one, StoredTable two)
    {
        var (before, after) = (PagesOf(snapshot, one), PagesOf(other, two));
        return ReadRecords(Side.Snapshot, snapshot, one, after).Concat(ReadRecords(Side.Other, other, two, before));
    }

    private IEnumerable<(Side Side, byte[] Record)> ReadRecords(Side side, ComparedSide from, StoredTable table, PageSet counterparts)
    {
        foreach (var page in from.Trees.Walk(table.RootPage).Where(page => !counterparts.Contains(page.Number) || !pages.IsSame(page.Number)))
        {
            foreach (var cell in from.Trees.ReadCells(page.Number))
            {
                look.Look();
                yield return (side, from.Trees.PayloadOf(cell).ToArray());
            }
        }
    }

    private static RowRange Extend(RowRange? run, long row, bool inSnapshot, bool inOther)
    {
        var begun = run ?? new RowRange(row, row, 0, 0);
        return begun with { Last = row, InSnapshot = begun.InSnapshot + (inSnapshot ? 1 : 0), InOther = begun.InOther + (inOther ? 1 : 0) };
    }
}
