namespace BackupPortal.Core.Browsing;

internal enum TableKind
{
    RowId,
    WithoutRowId,
    View,
    Virtual,
}

/// <summary>What reading a table depends on.</summary>
internal sealed record TableShape(string Name, TableKind Kind, IReadOnlyList<ColumnShape> Columns);

/// <param name="KeyPosition">Place in the primary key, from 1; 0 when not part of it.</param>
internal sealed record ColumnShape(string Name, string DeclaredType, int KeyPosition)
{
    public ColumnDescription Description => new(Name, DeclaredType, KeyPosition > 0);
}
