namespace BackupPortal.Core.Comparison;

/// <summary>Row numbers from <paramref name="First"/> to <paramref name="Last"/>, both included.</summary>
internal readonly record struct RowRange(long First, long Last)
{
    public static RowRange All { get; } = new(long.MinValue, long.MaxValue);

    /// <summary>The same rows in order, without overlap, in as few ranges as possible.</summary>
    public static IReadOnlyList<RowRange> Union(IEnumerable<RowRange> ranges)
    {
        var union = new List<RowRange>();
        foreach (var range in ranges.OrderBy(range => range.First))
        {
            if (union.Count > 0 && (union[^1].Last == long.MaxValue || range.First <= union[^1].Last + 1))
                union[^1] = union[^1] with { Last = Math.Max(union[^1].Last, range.Last) };
            else
                union.Add(range);
        }
        return union;
    }
}
