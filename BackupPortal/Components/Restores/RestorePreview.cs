namespace BackupPortal.Components.Restores;

/// <summary>A first comparison of a backup with live data: how many rows each table has, then and now.</summary>
/// <param name="Differing">Tables whose number of rows differs, by name.</param>
/// <param name="SameCount">How many tables have the same number of rows.</param>
/// <param name="UnknownCount">How many tables are too large to be counted in passing.</param>
/// <param name="IsNewerSchema">The backup's <c>user_version</c> is higher than that of live data.</param>
/// <remarks>Public because it is a component's parameter.</remarks>
public sealed record RestorePreview(IReadOnlyList<TableChange> Differing, int SameCount, int UnknownCount, bool IsNewerSchema)
{
    /// <param name="now">Rows of each table in live data; null where they were not counted.</param>
    public static RestorePreview Of(IReadOnlyDictionary<string, long> then, IReadOnlyDictionary<string, long?> now, bool isNewerSchema)
    {
        List<TableChange> differing = [];
        int same = 0, unknown = 0;
        foreach (var table in then.Keys.Union(now.Keys).Order(StringComparer.CurrentCultureIgnoreCase))
        {
            var isThere = now.TryGetValue(table, out var rowsNow);
            long? rowsThen = then.TryGetValue(table, out var rows) ? rows : null;
            if (isThere && rowsNow is null && rowsThen is not null)
                unknown++;
            else if (isThere && rowsNow == rowsThen)
                same++;
            else
                differing.Add(new TableChange(table, rowsNow, rowsThen));
        }

        return new RestorePreview(differing, same, unknown, isNewerSchema);
    }
}

/// <param name="Now">Null when the table is not there.</param>
/// <param name="Then">Null when the table is not in the backup.</param>
public sealed record TableChange(string Table, long? Now, long? Then);
