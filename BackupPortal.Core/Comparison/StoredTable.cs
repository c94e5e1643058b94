using BackupPortal.Core.Sources;

namespace BackupPortal.Core.Comparison;

internal enum StoredTableKind
{
    RowId,
    WithoutRowId,

    /// <summary>Its rows are what its module makes of its shadow tables.</summary>
    Virtual,

    /// <summary>Belongs to a virtual table.</summary>
    Shadow,
}

/// <summary>A table as a database's schema has it.</summary>
/// <param name="RootPage">From 0; -1 for a virtual table.</param>
/// <param name="Columns">Without generated ones, which follow from the others.</param>
/// <param name="Sql">The statement that makes it.</param>
internal sealed record StoredTable(string Name, StoredTableKind Kind, int RootPage, IReadOnlyList<StoredColumn> Columns, string Sql)
{
    private static readonly string[] rowIdNames = ["rowid", "_rowid_", "oid"];

    /// <summary>Columns of the primary key in its order; empty when there is none.</summary>
    public IEnumerable<StoredColumn> Key => Columns.Where(column => column.KeyPosition > 0).OrderBy(column => column.KeyPosition);

    /// <summary>SQL that gives a row's number; null when there is none, or columns have taken all of its names.</summary>
    public string? RowIdSql => Kind is StoredTableKind.WithoutRowId ? null
        : Columns.FirstOrDefault(column => column.IsRowId) is { } alias ? SqlIdentifier.Quote(alias.Name)
            : rowIdNames.FirstOrDefault(name => !Columns.Any(column => string.Equals(column.Name, name, StringComparison.OrdinalIgnoreCase)));
}

/// <param name="KeyPosition">Place in the primary key, from 1; 0 when not part of it.</param>
/// <param name="IsRowId">It is another name for the row's number.</param>
internal sealed record StoredColumn(string Name, string DeclaredType, int KeyPosition, bool IsRowId);

/// <summary>An index, trigger or view.</summary>
internal sealed record StoredObject(string Type, string Name, string Sql);
