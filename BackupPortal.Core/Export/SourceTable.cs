namespace BackupPortal.Core.Export;

/// <summary>A table of the database that is being exported.</summary>
/// <param name="RowId">A name of the row number that no column has; null where the table has no row number, or a column of its own for it.</param>
/// <param name="HasNumberedKey">Whether a column is the row number (<c>INTEGER PRIMARY KEY</c>).</param>
internal sealed record SourceTable(string Name, SourceTableKind Kind, bool IsWithoutRowId, bool IsStrict, string? RowId, bool HasNumberedKey, IReadOnlyList<SourceColumn> Columns)
{
    /// <summary>Columns whose values are kept, not computed.</summary>
    public IReadOnlyList<SourceColumn> Stored { get; } = [.. Columns.Where(static column => column.Generated == GeneratedKind.None)];
}

/// <param name="Type">As declared; may be empty.</param>
/// <param name="Default">SQL of the default; null where there is none.</param>
/// <param name="KeyPosition">From 1 on in the primary key; 0 where it is not part of it.</param>
internal sealed record SourceColumn(string Name, string Type, bool IsRequired, string? Default, int KeyPosition, GeneratedKind Generated);

internal enum GeneratedKind
{
    None,
    Virtual,
    Stored,

    /// <summary>A command to a virtual table, not a value.</summary>
    Hidden,
}

internal enum SourceTableKind
{
    Plain,
    Virtual,

    /// <summary>Where a virtual table keeps what it has.</summary>
    Shadow,

    /// <summary>SQLite's own, for example <c>sqlite_sequence</c>.</summary>
    Own,
}
