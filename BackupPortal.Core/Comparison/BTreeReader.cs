using System.Buffers.Binary;
using BackupPortal.Core.Messages;
using BackupPortal.Core.Sources;

namespace BackupPortal.Core.Comparison;

/// <summary>
/// Finds a table's pages by reading its interior pages only, about one in two hundred, and reads single cells. For what a person sees SQLite itself reads the rows;
/// this only tells which rows need to be read. Not safe for concurrent use.
/// </summary>
internal sealed class BTreeReader
{
    private const byte InteriorIndex = 2;
    private const byte InteriorTable = 5;
    private const byte LeafIndex = 10;
    private const byte LeafTable = 13;

    private const int HeaderSize = 100;
    private const int ReservedBytesOffset = 20;
    private const int FirstTrunkOffset = 32;
    private const int MostLevels = 40;

    private readonly IPageReader pages;
    private readonly int usable;
    private readonly byte[] page;

    public BTreeReader(IPageReader pages)
    {
        this.pages = pages;
        page = new byte[pages.PageSize];
        // A database without any content has no page at all.
        if (pages.PageCount > 0)
            pages.Read(0, page);
        usable = pages.PageSize - page[ReservedBytesOffset];
    }

    /// <summary>A table's pages, leaves in the order of their rows.</summary>
    /// <exception cref="PortalException">The table is damaged.</exception>
    public IEnumerable<BTreePage> Walk(int root) => Walk(root, LevelsAbove(root));

    /// <summary>Pages that hold the list of free pages.</summary>
    public IReadOnlySet<int> ReadTrunks()
    {
        var trunks = new HashSet<int>();
        if (pages.PageCount == 0)
            return trunks;
        pages.Read(0, page);
        var next = BinaryPrimitives.ReadUInt32BigEndian(page.AsSpan(FirstTrunkOffset));
        while (next > 1 && next <= pages.PageCount && trunks.Add((int)next - 1))
        {
            pages.Read(next - 1, page);
            next = BinaryPrimitives.ReadUInt32BigEndian(page);
        }
        return trunks;
    }

    /// <summary>The cells of a leaf, and those of an interior page of a table without row ids, which are rows as well.</summary>
    public List<Cell> ReadCells(int number)
    {
        var content = new byte[pages.PageSize];
        pages.Read(number, content);
        var start = number == 0 ? HeaderSize : 0;
        var kind = content[start];
        var isInterior = kind == InteriorIndex;
        if (kind == InteriorTable)
            return [];
        if (kind is not (InteriorIndex or LeafIndex or LeafTable))
            throw Damaged(number);
        var count = BinaryPrimitives.ReadUInt16BigEndian(content.AsSpan(start + 3));
        var pointers = start + (isInterior ? 12 : 8);
        var cells = new List<Cell>(count);
        for (var i = 0; i < count; i++)
        {
            try
            {
                var at = BinaryPrimitives.ReadUInt16BigEndian(content.AsSpan(pointers + (2 * i))) + (isInterior ? 4 : 0);
                var length = Varint.Read(content, ref at);
                long rowId = 0;
                if (kind == LeafTable)
                    rowId = Varint.Read(content, ref at);
                if (length is < 0 or > int.MaxValue)
                    throw Damaged(number);
                var local = LocalBytes((int)length, kind == LeafTable);
                var overflow = local == length ? 0u : BinaryPrimitives.ReadUInt32BigEndian(content.AsSpan(at + local));
                cells.Add(new Cell(rowId, content.AsMemory(at, local), (int)length, overflow));
            }
            catch (Exception e) when (e is ArgumentOutOfRangeException or IndexOutOfRangeException)
            {
                throw Damaged(number);
            }
        }
        return cells;
    }

    /// <summary>The pages that the rest of a cell is in, in order.</summary>
    public IEnumerable<int> OverflowOf(Cell cell)
    {
        var (next, left) = (cell.FirstOverflow, cell.Length - cell.Local.Length);
        while (left > 0)
        {
            if (next < 2 || next > pages.PageCount)
                throw Damaged((int)next);
            yield return (int)next - 1;
            pages.Read(next - 1, page);
            next = BinaryPrimitives.ReadUInt32BigEndian(page);
            left -= usable - 4;
        }
    }

    /// <summary>All of a cell's record.</summary>
    public ReadOnlyMemory<byte> PayloadOf(Cell cell)
    {
        if (cell.FirstOverflow == 0)
            return cell.Local;
        var whole = new byte[cell.Length];
        cell.Local.Span.CopyTo(whole);
        var filled = cell.Local.Length;
        foreach (var overflow in OverflowOf(cell))
        {
            pages.Read(overflow, page);
            var part = Math.Min(usable - 4, whole.Length - filled);
            page.AsSpan(4, part).CopyTo(whole.AsSpan(filled));
            filled += part;
        }
        return whole;
    }

    private static PortalException Damaged(long number) =>
        new(ComparisonText.Of("DamagedPage", (number + 1).ToString(System.Globalization.CultureInfo.InvariantCulture)), ComparisonText.Of("DamagedPageHint"));

    /// <summary>How much of a record is in its cell; the rest overflows.</summary>
    private int LocalBytes(int length, bool isTable)
    {
        var most = isTable ? usable - 35 : ((usable - 12) * 64 / 255) - 23;
        if (length <= most)
            return length;
        var least = ((usable - 12) * 32 / 255) - 23;
        var fitting = least + ((length - least) % (usable - 4));
        return fitting <= most ? fitting : least;
    }

    /// <summary>Interior pages on the way to a leaf, which are as many on every way.</summary>
    private int LevelsAbove(long root)
    {
        var levels = 0;
        for (var number = root; ReadKind(number, out var start) is InteriorTable or InteriorIndex; levels++)
        {
            if (levels > MostLevels)
                throw Damaged(number);
            number = RightmostChild(start);
        }
        return levels;
    }

    /// <param name="levels">Interior pages from here to a leaf; leaves themselves need not be read.</param>
    private IEnumerable<BTreePage> Walk(int number, int levels)
    {
        if (number < 0 || number >= pages.PageCount)
            throw Damaged(number);
        yield return new BTreePage(number, levels == 0);
        if (levels == 0)
            yield break;
        foreach (var child in ChildrenOf(number))
        {
            foreach (var page in Walk(child, levels - 1))
                yield return page;
        }
    }

    private List<int> ChildrenOf(int number)
    {
        var kind = ReadKind(number, out var start);
        if (kind is not (InteriorTable or InteriorIndex))
            throw Damaged(number);
        var count = BinaryPrimitives.ReadUInt16BigEndian(page.AsSpan(start + 3));
        if (start + 12 + (2 * count) > page.Length)
            throw Damaged(number);
        var children = new List<int>(count + 1);
        for (var i = 0; i < count; i++)
        {
            int at = BinaryPrimitives.ReadUInt16BigEndian(page.AsSpan(start + 12 + (2 * i)));
            if (at > page.Length - 4)
                throw Damaged(number);
            children.Add((int)BinaryPrimitives.ReadUInt32BigEndian(page.AsSpan(at)) - 1);
        }
        children.Add((int)RightmostChild(start));
        return children;
    }

    private byte ReadKind(long number, out int start)
    {
        if (number < 0 || number >= pages.PageCount)
            throw Damaged(number);
        pages.Read(number, page);
        start = number == 0 ? HeaderSize : 0;
        return page[start];
    }

    private long RightmostChild(int start) => BinaryPrimitives.ReadUInt32BigEndian(page.AsSpan(start + 8)) - 1L;
}
