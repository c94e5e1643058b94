using System.Globalization;
using System.Text;
using BackupPortal.Core.Sources;
using Microsoft.Data.Sqlite;

namespace BackupPortal.Core.Browsing;

/// <summary>
/// The SQL of one page. Long values are cut by SQLite, so that only what is shown leaves it; a large blob is not even read, since type and length
/// are in the row's header.
/// </summary>
internal sealed class TablePageQuery(TableShape table, long skip, int take, string? search)
{
    private const int LongestSearch = 200;

    private static readonly string[] RowIdNames = ["rowid", "_rowid_", "oid"];

    public void Fill(SqliteCommand command, IReadOnlyList<ColumnShape> columns)
    {
        var sql = new StringBuilder("SELECT ")
            .AppendJoin(", ", columns.Select(column => CellSql.Of(Name(column))))
            .Append(CultureInfo.InvariantCulture, $" FROM main.{SqlIdentifier.Quote(table.Name)} AS t");
        if (!string.IsNullOrEmpty(search))
        {
            // All columns of the table, whichever part of them is being read.
            sql.Append(" WHERE ").Append(AnyContains(table.Columns, 0, table.Columns.Count));
            command.Parameters.AddWithValue("$search", $"%{Escape(search.Length > LongestSearch ? search[..LongestSearch] : search)}%");
        }
        sql.Append(Order()).Append(" LIMIT $take OFFSET $skip");
        command.Parameters.AddWithValue("$take", take);
        command.Parameters.AddWithValue("$skip", skip);
        command.CommandText = sql.ToString();
    }

    /// <summary>A name with its table before it: a bare one in double quotes would silently be text if it did not exist.</summary>
    private static string Name(ColumnShape column) => "t." + SqlIdentifier.Quote(column.Name);

    /// <summary>Halves, not a chain: SQLite allows expressions 1,000 deep, and tables of 2,000 columns.</summary>
    private static string AnyContains(IReadOnlyList<ColumnShape> columns, int from, int count)
    {
        if (count == 1)
            return $"(typeof({Name(columns[from])}) <> 'blob' AND CAST({Name(columns[from])} AS TEXT) LIKE $search ESCAPE '\\')";
        var half = count / 2;
        return $"({AnyContains(columns, from, half)} OR {AnyContains(columns, from + half, count - half)})";
    }

    private static string Escape(string text) => text
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("%", "\\%", StringComparison.Ordinal)
        .Replace("_", "\\_", StringComparison.Ordinal);

    /// <summary>The order that the table is stored in, which costs nothing and stays the same from page to page.</summary>
    private string Order()
    {
        var keys = table.Kind switch
        {
            TableKind.WithoutRowId => [.. table.Columns.Where(column => column.KeyPosition > 0).OrderBy(column => column.KeyPosition).Select(Name)],
            TableKind.RowId => RowIdNames.Where(IsNoColumn).Take(1).Select(alias => "t." + alias).ToList(),
            _ => new List<string>(),
        };
        return keys.Count == 0 ? "" : " ORDER BY " + string.Join(", ", keys);
    }

    private bool IsNoColumn(string alias) =>
        !table.Columns.Any(column => string.Equals(column.Name, alias, StringComparison.OrdinalIgnoreCase));
}
