using BackupPortal.Core.Comparison;

namespace BackupPortal.Core.Retrieval;

/// <summary>Marks the gathered rows that chosen ones need, and, when asked, those that belong to them.</summary>
internal sealed class FollowingForeignKeys(IReadOnlyList<ForeignKey> foreignKeys, GatheringDatabase database, GatheredTables tables, CancellationToken cancellationToken)
{
    public void Follow(bool withDependents)
    {
        for (long before = -1, now = tables.CountWanted(); now != before; before = now, now = tables.CountWanted())
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (var key in foreignKeys)
            {
                FollowUp(key);
                if (withDependents)
                    FollowDown(key);
            }
        }
    }

    private void FollowUp(ForeignKey key)
    {
        if (tables.Find(key.Table) is not { } child || !tables.HasWanted(child) || tables.GatherIfDifferent(key.Parent) is not { } parent || key.Match(child, parent, "r", "x") is not { } match)
            return;
        Index(child, key.Columns);
        database.Execute($"""
            UPDATE {parent.Scratch} AS x SET why = {(int)RowReason.Needed} WHERE why = 0 AND kind = {(int)DifferenceKind.ComeBack}
            AND EXISTS (SELECT 1 FROM {child.Scratch} AS r WHERE r.why > 0 AND {match})
            """);
    }

    private void FollowDown(ForeignKey key)
    {
        if (tables.Find(key.Parent) is not { } parent || !tables.HasWanted(parent) || tables.GatherIfDifferent(key.Table) is not { } child || key.Match(child, parent, "x", "r") is not { } match)
            return;
        Index(parent, key.ParentColumns);
        database.Execute($"""
            UPDATE {child.Scratch} AS x SET why = {(int)RowReason.Dependent} WHERE why = 0 AND kind = {(int)DifferenceKind.ComeBack}
            AND EXISTS (SELECT 1 FROM {parent.Scratch} AS r WHERE r.why IN ({(int)RowReason.Chosen}, {(int)RowReason.Dependent}) AND {match})
            """);
    }

    private void Index(GatheredTable table, IEnumerable<string> liveColumns)
    {
        var places = liveColumns.Select(column => GatheredTable.Column(table.Find(column)!.Value)).ToList();
        database.Execute($"CREATE INDEX IF NOT EXISTS {table.Scratch}by{string.Join('_', places)} ON {table.Scratch}({string.Join(", ", places)})");
    }
}
