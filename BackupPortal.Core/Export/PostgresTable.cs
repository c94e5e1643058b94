namespace BackupPortal.Core.Export;

/// <summary>A table as PostgreSQL gets it.</summary>
/// <param name="Name">There; <see cref="SourceTable.Name"/> here.</param>
/// <param name="Definition">What only the text of the schema says.</param>
internal sealed record PostgresTable(SourceTable Source, string Name, IReadOnlyList<PostgresColumn> Columns, TableDefinition Definition)
{
    /// <param name="name">In SQLite, in any case.</param>
    public PostgresColumn? Find(string name) => Columns.FirstOrDefault(column => column.Source.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
}
