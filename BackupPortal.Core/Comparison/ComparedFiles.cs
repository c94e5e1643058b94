using BackupPortal.Core.Repository;
using BackupPortal.Core.Sources;
using BackupPortal.Core.Storage;
using Microsoft.Win32.SafeHandles;

namespace BackupPortal.Core.Comparison;

/// <summary>
/// Two closed database files that nobody writes to, such as a staged database and a copy of the live one, as the two sides of a comparison. Which pages are equal is found
/// out by reading both files once.
/// </summary>
internal sealed class ComparedFiles : IDisposable
{
    private const int BytesAtATime = 1 << 20;

    private readonly Pages snapshot;
    private readonly Pages other;

    private ComparedFiles(Pages snapshot, Pages other, PageSet different)
    {
        (this.snapshot, this.other) = (snapshot, other);
        (snapshot.Different, other.Different) = (different, different);
        Snapshot = new ComparedSide(snapshot);
        try
        {
            Other = new ComparedSide(other);
            Differences = new PageDifferences(Snapshot, Other);
        }
        catch
        {
            Other?.Dispose();
            Snapshot.Dispose();
            throw;
        }
    }

    public ComparedSide Snapshot { get; }

    public ComparedSide Other { get; }

    public PageDifferences Differences { get; }

    /// <exception cref="Messages.PortalException">One of them is not a whole database.</exception>
    public static ComparedFiles Open(string snapshot, string other, CancellationToken cancellationToken)
    {
        var one = new Pages("snapshot", snapshot);
        Pages? two = null;
        try
        {
            two = new Pages("other", other);
            return new ComparedFiles(one, two, one.PageSize == two.PageSize ? FindDifferent(one, two, cancellationToken) : new PageSet(0));
        }
        catch
        {
            one.Dispose();
            two?.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Every table of the snapshot that holds rows and that the other file has, too; the rows of virtual tables are in their shadow tables. SQLite's own are not among them.
    /// </summary>
    public IEnumerable<(StoredTable Snapshot, StoredTable Other)> PairTables()
    {
        var withoutRowId = Snapshot.ReadTexts("SELECT name FROM pragma_table_list WHERE schema = 'main' AND wr").ToHashSet(StringComparer.OrdinalIgnoreCase);
        var others = Other.StoredTables.ToDictionary(table => table.Name, StringComparer.OrdinalIgnoreCase);
        foreach (var table in Snapshot.StoredTables.Where(table => others.ContainsKey(table.Name)))
        {
            var kind = withoutRowId.Contains(table.Name) ? StoredTableKind.WithoutRowId : StoredTableKind.RowId;
            yield return (table with { Kind = kind }, others[table.Name] with { Kind = kind });
        }
    }

    /// <summary>The tables of which not all rows are the same.</summary>
    /// <param name="scratchFolder">For what differs.</param>
    public IReadOnlyList<string> FindDifferentTables(string scratchFolder, CancellationToken cancellationToken)
    {
        if (Differences.IsNone)
            return [];
        using var store = new DifferenceStore(scratchFolder);
        var comparing = new TableComparing(Snapshot, Other, Differences, store, cancellationToken);
        var pairs = PairTables().Select(pair => new TablePair(pair.Snapshot, pair.Other)).ToList();
        for (var number = 0; number < pairs.Count; number++)
            comparing.Run(number, pairs[number]);
        return [.. pairs.Where((_, number) => Enum.GetValues<DifferenceKind>().Any(kind => store.Count(number, kind) > 0)).Select(pair => pair.Name)];
    }

    public void Dispose()
    {
        Snapshot.Dispose();
        Other.Dispose();
        snapshot.Dispose();
        other.Dispose();
    }

    private static PageSet FindDifferent(Pages one, Pages two, CancellationToken cancellationToken)
    {
        var (size, count) = (one.PageSize, Math.Min(one.PageCount, two.PageCount));
        var different = new PageSet(Math.Max(one.PageCount, two.PageCount));
        using var ours = new PooledBytes(BytesAtATime);
        using var theirs = new PooledBytes(BytesAtATime);
        for (long first = 0; first < count; first += BytesAtATime / size)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var bytes = (int)Math.Min(BytesAtATime, (count - first) * size);
            one.Read(first, ours.Span[..bytes]);
            two.Read(first, theirs.Span[..bytes]);
            if (ours.Span[..bytes].SequenceEqual(theirs.Span[..bytes]))
                continue;
            for (var at = 0; at < bytes; at += size)
            {
                if (!ours.Span.Slice(at, size).SequenceEqual(theirs.Span.Slice(at, size)))
                    different.Add(first + (at / size));
            }
        }
        return different;
    }

    private sealed class Pages : IPlacedPages, IDisposable
    {
        private const string InBoth = "both";

        private readonly string name;
        private readonly SafeFileHandle handle;

        public Pages(string name, string file)
        {
            this.name = name;
            using (var database = new DatabaseFilePages(file))
                (PageSize, PageCount) = (database.PageSize, database.PageCount);
            handle = File.OpenHandle(file, FileMode.Open, FileAccess.Read, FileShare.Read);
        }

        public PageSet Different { get; set; } = PageSet.Empty;

        public int PageSize { get; }

        public long PageCount { get; }

        public PagePlace? PlaceOf(long page) => new(Different.Contains(page) ? name : InBoth, page);

        public void Read(long page, Span<byte> target)
        {
            for (var filled = 0; filled < target.Length;)
            {
                var read = RandomAccess.Read(handle, target[filled..], (page * PageSize) + filled);
                if (read == 0)
                    throw new EndOfStreamException("A database file became shorter while it was compared.");
                filled += read;
            }
        }

        public void Dispose() => handle.Dispose();
    }
}
