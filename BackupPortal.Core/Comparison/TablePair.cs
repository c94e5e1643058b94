namespace BackupPortal.Core.Comparison;

/// <summary>One table in both states; null where it is not.</summary>
internal sealed record TablePair(StoredTable? Snapshot, StoredTable? Other)
{
    /// <summary>As it is called in the snapshot, if it is there.</summary>
    public string Name => (Snapshot ?? Other)!.Name;

    public bool IsVirtual => (Snapshot?.Kind ?? Other!.Kind) == StoredTableKind.Virtual || Other?.Kind == StoredTableKind.Virtual;

    /// <summary>The columns that both have, by name, then renamed ones: what is alike in place and type.</summary>
    public IReadOnlyList<ColumnPair> Columns { get; } = Snapshot is null || Other is null ? [] : PairColumns(Snapshot.Columns, Other.Columns);

    /// <summary>Whether rows are known by the same primary key on both sides.</summary>
    public bool HasSameKey { get; } = Snapshot is not null && Other is not null && SameKey(Snapshot, Other);

    /// <summary>Whether that key is the row's number.</summary>
    public bool IsKeyRowId => HasSameKey && Snapshot!.Key.Single().IsRowId;

    /// <summary>Whether equal bytes are equal rows: the columns that both have stand in the same places, and are of the same types.</summary>
    public bool IsStoredAlike => Columns.Select((pair, i) => pair.Snapshot == Snapshot!.Columns[i] && pair.Other == Other!.Columns[i]
        && pair.Snapshot.IsRowId == pair.Other.IsRowId && pair.Snapshot.DeclaredType == pair.Other.DeclaredType).All(isAlike => isAlike);

    /// <summary>Pairs tables by name, then renamed ones: the same columns, and rows in common.</summary>
    /// <param name="haveCommonRows">Whether a table of the snapshot and one of the other state hold the same rows, as far as a look at some tells.</param>
    public static IReadOnlyList<TablePair> Of(
        IReadOnlyList<StoredTable> snapshot, IReadOnlyList<StoredTable> other, Func<StoredTable, StoredTable, bool> haveCommonRows)
    {
        var left = other.ToDictionary(table => table.Name, StringComparer.OrdinalIgnoreCase);
        var pairs = new List<TablePair>();
        foreach (var table in snapshot)
            pairs.Add(new TablePair(table, left.Remove(table.Name, out var found) ? found : null));
        for (var i = 0; i < pairs.Count; i++)
        {
            if (pairs[i] is { Other: null, Snapshot: { } gone }
                && left.Values.FirstOrDefault(table => table.Kind == gone.Kind && table.Columns.SequenceEqual(gone.Columns) && haveCommonRows(gone, table)) is { } renamed)
            {
                left.Remove(renamed.Name);
                pairs[i] = new TablePair(gone, renamed);
            }
        }
        pairs.AddRange(left.Values.Select(table => new TablePair(null, table)));
        return [.. pairs.OrderBy(pair => pair.Name, StringComparer.Ordinal)];
    }

    private static List<ColumnPair> PairColumns(IReadOnlyList<StoredColumn> snapshot, IReadOnlyList<StoredColumn> other)
    {
        var pairs = new List<ColumnPair>();
        for (var i = 0; i < snapshot.Count; i++)
        {
            if (Find(other, snapshot[i].Name) is { } same)
                pairs.Add(new ColumnPair(snapshot[i], same));
            else if (i < other.Count && other[i].DeclaredType == snapshot[i].DeclaredType && Find(snapshot, other[i].Name) is null)
                pairs.Add(new ColumnPair(snapshot[i], other[i]));
        }
        return pairs;
    }

    private static StoredColumn? Find(IReadOnlyList<StoredColumn> columns, string name) =>
        columns.FirstOrDefault(column => string.Equals(column.Name, name, StringComparison.OrdinalIgnoreCase));

    private static bool SameKey(StoredTable snapshot, StoredTable other)
    {
        var pairs = PairColumns(snapshot.Columns, other.Columns);
        var (one, two) = (snapshot.Key.ToList(), other.Key.ToList());
        return one.Count > 0 && one.Count == two.Count && one.Zip(two).All(key => key.First.IsRowId == key.Second.IsRowId && pairs.Contains(new ColumnPair(key.First, key.Second)));
    }
}

internal sealed record ColumnPair(StoredColumn Snapshot, StoredColumn Other);
