namespace BackupPortal.Core.Catalog;

/// <summary>What a tenant's people call tables and columns of its database. A table or column without such a name is called what it is called.</summary>
public sealed class FriendlyNames
{
    /// <summary>Characters.</summary>
    public const int Longest = 60;

    private readonly Dictionary<(string Table, string Column), string> names = new(RealNameComparer.Instance);

    public FriendlyNames(IEnumerable<FriendlyName> names)
    {
        foreach (var one in names.Where(static one => one.Name.Length > 0))
            this.names[(one.Table, one.Column ?? "")] = one.Name;
    }

    public static FriendlyNames None { get; } = new([]);

    /// <summary>Null when the table has none.</summary>
    public string? FindTable(string table) => names.GetValueOrDefault((table, ""));

    public string TableOf(string table) => FindTable(table) ?? table;

    /// <summary>Null when the column has none.</summary>
    public string? FindColumn(string table, string column) => names.GetValueOrDefault((table, column));

    public string ColumnOf(string table, string column) => FindColumn(table, column) ?? column;

    /// <summary>As SQLite compares names: without regard to case.</summary>
    private sealed class RealNameComparer : IEqualityComparer<(string Table, string Column)>
    {
        public static readonly RealNameComparer Instance = new();

        public bool Equals((string Table, string Column) x, (string Table, string Column) y) =>
            string.Equals(x.Table, y.Table, StringComparison.OrdinalIgnoreCase) && string.Equals(x.Column, y.Column, StringComparison.OrdinalIgnoreCase);

        public int GetHashCode((string Table, string Column) name) =>
            HashCode.Combine(name.Table.GetHashCode(StringComparison.OrdinalIgnoreCase), name.Column.GetHashCode(StringComparison.OrdinalIgnoreCase));
    }
}

/// <param name="Table">Its real name.</param>
/// <param name="Column">Its real name; null for the table itself.</param>
/// <param name="Name">What people call it; empty for nothing else than it is called.</param>
public sealed record FriendlyName(string Table, string? Column, string Name);
