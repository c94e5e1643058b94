using BackupPortal.Core.Comparison;
using BackupPortal.Core.Sources;

namespace BackupPortal.Core.Retrieval;

/// <summary>Marks the wanted rows that live data would refuse, and tells why.</summary>
internal sealed class FindingConflicts(
    ComparedSide live, IReadOnlyList<ForeignKey> foreignKeys, TableConstraints constraints, GatheringDatabase database, GatheredTables tables)
{
    private readonly List<ConflictReason> reasons = [];

    /// <summary>Rows that live data would refuse, and what needs them.</summary>
    public void Find()
    {
        foreach (var table in tables.All.Where(table => !table.IsGone))
        {
            if (table.IsNumbered)
                GiveUpTakenNumbers(table);
            var unique = constraints.UniqueOf(table.LiveName);
            for (var i = 0; i < unique.Count; i++)
                FindTaken(table, unique[i]);
        }
        for (long before = -1, now = CountConflicts(); now != before; before = now, now = CountConflicts())
        {
            foreach (var key in foreignKeys)
                FindUnmet(key);
        }
    }

    // Where a number says nothing, another row may have got it: then this one gets a new one.
    private void GiveUpTakenNumbers(GatheredTable table) => database.Execute($"""
        UPDATE {table.Scratch} AS x SET rid = NULL WHERE kind = {(int)DifferenceKind.ComeBack}
        AND EXISTS (SELECT 1 FROM live.{SqlIdentifier.Quote(table.LiveName)} AS m WHERE m.{table.Pair.Other!.RowIdSql} = x.rid)
        """);

    private void FindTaken(GatheredTable table, IReadOnlyList<UniqueColumn> unique)
    {
        var places = unique.Select(column => table.Find(column.Name)).ToList();
        if (places.Any(place => place is null))
            return;
        var match = string.Join(" AND ", unique.Select((column, i) =>
            $"m.{SqlIdentifier.Quote(column.Name)} = x.{GatheredTable.Column(places[i]!.Value)} COLLATE {SqlIdentifier.Quote(column.Collation)}"));
        var taker = $"FROM live.{SqlIdentifier.Quote(table.LiveName)} AS m WHERE {match} AND (x.kind = {(int)DifferenceKind.ComeBack} OR NOT ({table.IsSameRow("m", "x")}))";
        var reason = new ConflictReason(table, RetrievalConflictReason.Taken, string.Join(", ", unique.Select(column => column.Name)), $"SELECT {TitleOf(table.Pair.Other!, "m")} {taker} LIMIT 1");
        database.Execute($"UPDATE {table.Scratch} AS x SET conflict = {NumberOf(reason)} WHERE why > 0 AND conflict IS NULL AND EXISTS (SELECT 1 {taker})");
    }

    private void FindUnmet(ForeignKey key)
    {
        if (tables.Find(key.Table) is not { } child || !tables.HasWanted(child) || key.Columns.Any(column => child.Find(column) is null))
            return;
        var columns = key.Columns.Select(column => "x." + GatheredTable.Column(child.Find(column)!.Value)).ToList();
        var isLive = live.Schema.Tables.Any(table => string.Equals(table.Name, key.Parent, StringComparison.OrdinalIgnoreCase))
            ? $" AND NOT EXISTS (SELECT 1 FROM live.{SqlIdentifier.Quote(key.Parent)} AS m WHERE {string.Join(" AND ", key.ParentColumns.Select((column, i) => $"m.{SqlIdentifier.Quote(column)} = {columns[i]}"))})"
            : "";
        var comesBack = tables.Find(key.Parent) is { } parent && key.Match(child, parent, "x", "r") is { } match
            ? $" AND NOT EXISTS (SELECT 1 FROM {parent.Scratch} AS r WHERE r.why > 0 AND r.conflict IS NULL AND {match})"
            : "";
        database.Execute($"""
            UPDATE {child.Scratch} AS x SET conflict = {NumberOf(new ConflictReason(child, RetrievalConflictReason.Unmet, key.Parent, Taker: null))}
            WHERE why > 0 AND conflict IS NULL AND {string.Join(" AND ", columns.Select(column => column + " IS NOT NULL"))}{isLive}{comesBack}
            """);
    }

    private int NumberOf(ConflictReason reason)
    {
        if (!reasons.Contains(reason))
            reasons.Add(reason);
        return reasons.IndexOf(reason);
    }

    /// <summary>As many as a plan tells, those first that others follow from.</summary>
    public List<RetrievalConflict> Read()
    {
        var conflicts = new List<RetrievalConflict>();
        foreach (var (number, reason) in reasons.Index())
            conflicts.AddRange(Read(number, reason, RetrievalPlan.MostConflicts - conflicts.Count));
        return conflicts;
    }

    private List<RetrievalConflict> Read(int number, ConflictReason reason, int most)
    {
        using var command = database.Command($"""
            SELECT {TitleOf(reason.Table)}, {(reason.Taker is null ? "NULL" : $"({reason.Taker})")} FROM {reason.Table.Scratch} AS x WHERE x.conflict = {number} ORDER BY x.at LIMIT {most}
            """);
        using var reader = command.ExecuteReader();
        var conflicts = new List<RetrievalConflict>();
        while (reader.Read())
            conflicts.Add(new RetrievalConflict(reason.Table.Name, reader.GetString(0), reason.Reason, reason.Detail, reader.IsDBNull(1) ? null : reader.GetString(1)));
        return conflicts;
    }

    /// <summary>SQL that tells a gathered row by its telling columns.</summary>
    private static string TitleOf(GatheredTable table)
    {
        var telling = TellingColumns.Of(table.Pair.Snapshot!);
        return TitleOf(table.Columns.Index().Where(column => telling.Contains(column.Item.Snapshot)).Select(static column => column.Index).DefaultIfEmpty(0).Select(static i => "x." + GatheredTable.Column(i)));
    }

    private static string TitleOf(StoredTable table, string row)
    {
        var telling = TellingColumns.Of(table);
        return TitleOf(table.Columns.Select(static column => column.Name).Where(telling.Contains).DefaultIfEmpty(table.Columns[0].Name).Select(name => $"{row}.{SqlIdentifier.Quote(name)}"));
    }

    private static string TitleOf(IEnumerable<string> values) =>
        $"substr({string.Join(" || ", values.Select(static value => $"coalesce(' · ' || substr(CAST({value} AS TEXT), 1, 60), '')"))}, 4)";

    private long CountConflicts() => tables.All.Sum(table => database.Number($"SELECT count(*) FROM {table.Scratch} WHERE conflict IS NOT NULL"));

    /// <param name="Table">Whose rows cannot come back.</param>
    /// <param name="Taker">SQL that tells which live row has the value; null where none has.</param>
    private sealed record ConflictReason(GatheredTable Table, RetrievalConflictReason Reason, string Detail, string? Taker);
}
