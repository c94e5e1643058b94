using BackupPortal.Core.Repository;
using BackupPortal.Core.Sources;

namespace BackupPortal.Core.Comparison;

/// <summary>Which pages differ between two states, known without reading them: equal pages are stored once.</summary>
internal sealed class PageDifferences
{
    private const int FirstNumberOfFourBytes = 1 << 24;

    private readonly ComparedSide snapshot;
    private readonly ComparedSide other;
    private readonly PageSet changed;
    private readonly PageSet overflowing;

    public PageDifferences(ComparedSide snapshot, ComparedSide other)
    {
        this.snapshot = snapshot;
        this.other = other;
        var (one, two) = (snapshot.Pages, other.Pages);
        var count = Math.Max(one.PageCount, two.PageCount);
        changed = new PageSet(count);
        overflowing = new PageSet(count);
        var comparable = one.PageSize == two.PageSize ? Math.Min(one.PageCount, two.PageCount) : 0;
        for (long page = 0; page < count; page++)
        {
            if (page >= comparable || one.PlaceOf(page) != two.PlaceOf(page))
                changed.Add(page);
        }
        if (changed.Count > 0 && comparable > 0)
            FindOverflowing(comparable);
    }

    /// <summary>Whether two states can differ at all.</summary>
    public bool IsNone => changed.Count == 0;

    /// <summary>Whether all rows that begin in the page are the same in both states.</summary>
    public bool IsSame(long page) => !changed.Contains(page) && !overflowing.Contains(page);

    /// <summary>
    /// The part of a long row that is not in its leaf may change in place without the leaf doing so. Such a page does not say whose it is, so whenever one may
    /// be among the changed pages, the long rows of all unchanged leaves are followed.
    /// </summary>
    private void FindOverflowing(long comparable)
    {
        var known = new PageSet(Math.Max(snapshot.Pages.PageCount, other.Pages.PageCount));
        foreach (var side in new[] { snapshot, other })
        {
            foreach (var page in side.StoredTables.SelectMany(table => side.Trees.Walk(table.RootPage)))
                known.Add(page.Number);
            foreach (var trunk in side.Trees.ReadTrunks())
                known.Add(trunk);
        }
        var suspects = new PageSet(comparable);
        for (long page = 0; page < comparable; page++)
        {
            // The other state first: changed pages of live data are at hand, while those of the snapshot are to be decoded.
            if (changed.Contains(page) && !known.Contains(page) && MayBeOverflow(other.Pages, page) && MayBeOverflow(snapshot.Pages, page))
                suspects.Add(page);
        }
        if (suspects.Count == 0)
            return;
        foreach (var page in snapshot.StoredTables.SelectMany(table => snapshot.Trees.Walk(table.RootPage)).Where(page => !changed.Contains(page.Number)))
        {
            if (snapshot.Trees.ReadCells(page.Number).Any(cell => snapshot.Trees.OverflowOf(cell).Any(number => suspects.Contains(number))))
                overflowing.Add(page.Number);
        }
    }

    /// <summary>An overflow page begins with the number of the next one, most of whose first bytes are 0; a page of an index does not.</summary>
    private static bool MayBeOverflow(IPlacedPages pages, long number)
    {
        if (pages.PageCount >= FirstNumberOfFourBytes)
            return true;
        var page = new byte[pages.PageSize];
        pages.Read(number, page);
        return page[0] == 0;
    }
}
