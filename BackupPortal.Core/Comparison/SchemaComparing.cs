namespace BackupPortal.Core.Comparison;

/// <summary>What differs in the structure of two databases.</summary>
internal static class SchemaComparing
{
    public static IReadOnlyList<SchemaDifference> Run(StoredSchema snapshot, StoredSchema other, IReadOnlyList<TablePair> tables) =>
        [.. tables.SelectMany(OfTable), .. OfObjects(snapshot.Objects, other.Objects)];

    private static IEnumerable<SchemaDifference> OfTable(TablePair pair)
    {
        if (pair.Snapshot is not { } one)
            return [new SchemaDifference(SchemaPart.Table, SchemaChange.Disappears, pair.Name)];
        if (pair.Other is not { } two)
            return [new SchemaDifference(SchemaPart.Table, SchemaChange.ComesBack, pair.Name)];
        var renamed = one.Name == two.Name ? []
            : new[] { new SchemaDifference(SchemaPart.Table, SchemaChange.GetsOldNameBack, one.Name, OtherName: two.Name) };
        SchemaDifference[] all = [.. renamed, .. OfColumns(pair, one, two)];
        return all.Length > 0 || one.Sql == two.Sql ? all : [new SchemaDifference(SchemaPart.Table, SchemaChange.Reverts, one.Name)];
    }

    private static IEnumerable<SchemaDifference> OfColumns(TablePair pair, StoredTable one, StoredTable two)
    {
        foreach (var column in pair.Columns)
        {
            if (column.Snapshot.Name != column.Other.Name)
                yield return new SchemaDifference(SchemaPart.Column, SchemaChange.GetsOldNameBack, column.Snapshot.Name, pair.Name, column.Other.Name);
            else if (column.Snapshot.DeclaredType != column.Other.DeclaredType || column.Snapshot.KeyPosition != column.Other.KeyPosition)
                yield return new SchemaDifference(SchemaPart.Column, SchemaChange.Reverts, column.Snapshot.Name, pair.Name);
        }
        foreach (var column in one.Columns.Except(pair.Columns.Select(column => column.Snapshot)))
            yield return new SchemaDifference(SchemaPart.Column, SchemaChange.ComesBack, column.Name, pair.Name);
        foreach (var column in two.Columns.Except(pair.Columns.Select(column => column.Other)))
            yield return new SchemaDifference(SchemaPart.Column, SchemaChange.Disappears, column.Name, pair.Name);
    }

    private static IEnumerable<SchemaDifference> OfObjects(IReadOnlyList<StoredObject> snapshot, IReadOnlyList<StoredObject> other)
    {
        var after = other.ToDictionary(one => (one.Type, one.Name));
        foreach (var one in snapshot)
        {
            if (!after.Remove((one.Type, one.Name), out var two))
                yield return new SchemaDifference(PartOf(one), SchemaChange.ComesBack, one.Name);
            else if (one.Sql != two.Sql)
                yield return new SchemaDifference(PartOf(one), SchemaChange.Reverts, one.Name);
        }
        foreach (var one in after.Values)
            yield return new SchemaDifference(PartOf(one), SchemaChange.Disappears, one.Name);
    }

    private static SchemaPart PartOf(StoredObject one) => one.Type switch
    {
        "index" => SchemaPart.Index,
        "trigger" => SchemaPart.Trigger,
        _ => SchemaPart.View,
    };
}
