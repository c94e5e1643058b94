namespace BackupPortal.Core.Comparison;

public enum SchemaPart
{
    Table,
    Column,
    Index,
    Trigger,
    View,
}

public enum SchemaChange
{
    /// <summary>It is in the snapshot only.</summary>
    ComesBack,

    /// <summary>It is defined differently in the snapshot.</summary>
    Reverts,

    /// <summary>It is not in the snapshot.</summary>
    Disappears,

    /// <summary>It is called differently in the snapshot.</summary>
    GetsOldNameBack,
}

/// <summary>What restoring the snapshot would do to the structure.</summary>
/// <param name="Name">As it is called in the snapshot, if it is there.</param>
/// <param name="Table">Of a column: the table's name, the same way; null otherwise.</param>
/// <param name="OtherName">Of what is renamed: its name in the other state; null otherwise.</param>
public sealed record SchemaDifference(SchemaPart Part, SchemaChange Change, string Name, string? Table = null, string? OtherName = null);
