namespace BackupPortal.Core.Repository;

/// <summary>The extension of a delta frame's entry: the runs of older frames that are its reference.</summary>
internal static class DeltaBases
{
    // More than any pack has slots or frames.
    private const long MaxStart = int.MaxValue;

    public static ReadOnlyMemory<byte> Write(IReadOnlyList<FrameBase> runs, List<string> packs)
    {
        if (runs.Count == 0)
            return default;
        var writer = new ByteWriter();
        writer.Number(runs.Count);
        long expected = 0;
        foreach (var run in runs)
        {
            writer.Number(packs.BinarySearch(run.Pack, StringComparer.Ordinal));
            writer.Signed(run.Start - expected);
            writer.Number(run.Offset);
            writer.Number(run.Length);
            expected = run.Start + run.Length;
        }
        return writer.Written;
    }

    public static IReadOnlyList<FrameBase> Parse(ReadOnlySpan<byte> extension, string[] packs)
    {
        var reader = new ByteReader(extension);
        var runs = new FrameBase[reader.Count(4)];
        long expected = 0;
        for (var i = 0; i < runs.Length; i++)
        {
            var pack = packs.Length > 0 ? packs[reader.Number(packs.Length - 1)] : throw reader.Malformed();
            var start = expected + reader.Signed();
            var run = new FrameBase(pack, start, reader.Number(RepositoryLayout.MaxFrameSize), reader.Number(RepositoryLayout.MaxFrameSize));
            if (run.Start is < 0 or > MaxStart)
                throw reader.Malformed();
            expected = run.Start + run.Length;
            runs[i] = run;
        }
        reader.End();
        return runs;
    }
}
