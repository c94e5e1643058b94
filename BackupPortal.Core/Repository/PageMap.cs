namespace BackupPortal.Core.Repository;

/// <summary>Where each page of a database is: runs of pages in runs of slots. Immutable.</summary>
/// <param name="Packs">The packs that the runs name, each once; see <see cref="PackOrder"/>.</param>
/// <param name="Runs">In page order, without gaps; as long as they can be.</param>
internal sealed record PageMap(int PageSize, long PageCount, IReadOnlyList<string> Packs, IReadOnlyList<PageRun> Runs)
{
    private const int LeastRunSize = 2;
    private const int Version = 1;

    /// <summary>The same map with its packs in the order of <paramref name="before"/>, so that the difference between the two is small.</summary>
    public PageMap InOrderOf(PageMap? before)
    {
        var packs = PackOrder.Of(before?.Packs ?? [], Packs);
        var numbers = Packs.Select(pack => packs.IndexOf(pack)).ToArray();
        return this with { Packs = packs, Runs = [.. Runs.Select(run => run.IsZeros ? run : run with { Pack = numbers[run.Pack] })] };
    }

    public ReadOnlyMemory<byte> ToBytes()
    {
        var writer = new ByteWriter();
        writer.Number(Version);
        writer.Number(PageSize);
        writer.Number(PageCount);
        writer.Number(Packs.Count);
        foreach (var pack in Packs)
            writer.Hex(pack);
        writer.Number(Runs.Count);
        var expected = new long[Packs.Count];
        foreach (var run in Runs)
        {
            writer.Number(run.PageCount);
            writer.Number(run.Pack + 1);
            if (run.IsZeros)
                continue;
            writer.Signed(run.FirstSlot - expected[run.Pack]);
            expected[run.Pack] = run.FirstSlot + run.PageCount;
        }
        return writer.Written;
    }

    /// <exception cref="InvalidDataException">It is not a map.</exception>
    public static PageMap Parse(ReadOnlySpan<byte> bytes)
    {
        var reader = new ByteReader(bytes);
        if (reader.Number() != Version)
            throw reader.Malformed();
        var pageSize = reader.Number(65536);
        var pageCount = reader.Number();
        var packs = new string[reader.Count(PackFormat.PackIdSize)];
        for (var i = 0; i < packs.Length; i++)
            packs[i] = reader.Hex(PackFormat.PackIdSize);
        var runs = new PageRun[reader.Count(LeastRunSize)];
        var expected = new long[packs.Length];
        long pages = 0;
        for (var i = 0; i < runs.Length; i++)
        {
            var count = reader.Number();
            var pack = reader.Number(packs.Length) - 1;
            var slot = pack < 0 ? 0 : expected[pack] + reader.Signed();
            if (count == 0 || count > pageCount - pages || slot < 0 || slot > long.MaxValue - count)
                throw reader.Malformed();
            if (pack >= 0)
                expected[pack] = slot + count;
            pages += count;
            runs[i] = new PageRun(count, pack, slot);
        }
        reader.End();
        return pages == pageCount && pageSize >= 512 ? new PageMap(pageSize, pageCount, packs, runs) : throw reader.Malformed();
    }
}

/// <param name="Pack">Index in the map's packs; <see cref="Zeros"/> for pages of zeros, which are stored nowhere.</param>
internal readonly record struct PageRun(long PageCount, int Pack, long FirstSlot)
{
    public const int Zeros = -1;

    public bool IsZeros => Pack == Zeros;
}
