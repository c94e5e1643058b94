using BackupPortal.Core.Comparison;
using BackupPortal.Core.Sources;

namespace BackupPortal.Core.Retrieval;

/// <summary>Marks the wanted rows that live data would refuse, and tells why.</summary>
internal sealed class FindingConflicts(
    ComparedSide live, IReadOnlyList<ForeignKey> foreignKeys, TableConstraints constraints, GatheringDatabase database, GatheredTables tables)
{
    private readonly List<(RetrievalConflictReason Reason, string Detail)> reasons = [];

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
        database.Execute($"""
            UPDATE {table.Scratch} AS x SET conflict = {NumberOf(RetrievalConflictReason.Taken, string.Join(", ", unique.Select(column => column.Name)))}
            WHERE why > 0 AND conflict IS NULL
            AND EXISTS (SELECT 1 FROM live.{SqlIdentifier.Quote(table.LiveName)} AS m WHERE {match} AND (x.kind = {(int)DifferenceKind.ComeBack} OR NOT ({table.IsSameRow("m", "x")})))
            """);
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
            UPDATE {child.Scratch} AS x SET conflict = {NumberOf(RetrievalConflictReason.Unmet, key.Parent)}
            WHERE why > 0 AND conflict IS NULL AND {string.Join(" AND ", columns.Select(column => column + " IS NOT NULL"))}{isLive}{comesBack}
            """);
    }

    private int NumberOf(RetrievalConflictReason reason, string detail)
    {
        if (!reasons.Contains((reason, detail)))
            reasons.Add((reason, detail));
        return reasons.IndexOf((reason, detail));
    }

    public List<RetrievalConflict> Read()
    {
        const int Examples = 20;
        var conflicts = new List<RetrievalConflict>();
        foreach (var table in tables.All)
        {
            var telling = TellingColumns.Of(table.Pair.Snapshot!);
            var shown = table.Columns.Select(static (names, i) => (names.Snapshot, Place: i)).Where(column => telling.Contains(column.Snapshot)).Select(column => column.Place)
                .DefaultIfEmpty(0).Select(i => $"substr(CAST({GatheredTable.Column(i)} AS TEXT), 1, 60)").ToList();
            using var command = database.Command($"SELECT conflict, {string.Join(", ", shown)} FROM {table.Scratch} WHERE conflict IS NOT NULL ORDER BY at LIMIT {Examples}");
            using var reader = command.ExecuteReader();
            while (reader.Read() && conflicts.Count < Examples)
            {
                var (reason, detail) = reasons[reader.GetInt32(0)];
                var row = string.Join(" · ", Enumerable.Range(1, shown.Count).Where(i => !reader.IsDBNull(i)).Select(reader.GetString));
                conflicts.Add(new RetrievalConflict(table.Name, row, reason, detail));
            }
        }
        return conflicts;
    }

    private long CountConflicts() => tables.All.Sum(table => database.Number($"SELECT count(*) FROM {table.Scratch} WHERE conflict IS NOT NULL"));
}
