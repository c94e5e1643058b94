using Microsoft.Data.Sqlite;

namespace BackupPortal.Core.Browsing;

/// <summary>Runs a page's queries and puts its rows together.</summary>
internal static class TablePageReader
{
    /// <summary>SQLite gives at most 2,000 result columns, and a shown column takes three.</summary>
    private const int ColumnsPerQuery = 400;

    public static TablePage Read(SqliteConnection connection, TableShape table, TablePageRequest request)
    {
        var pageSize = Math.Clamp(request.PageSize, 1, 200);
        var query = new TablePageQuery(table, Math.Max(0, request.Page) * (long)pageSize, pageSize + 1, request.Search);
        // One state for all parts of a very wide table.
        Execute(connection, "SAVEPOINT portal_page");
        try
        {
            var rows = new List<List<TableCell>>();
            foreach (var part in table.Columns.Chunk(ColumnsPerQuery))
                AppendPart(connection, query, part, rows);
            var hasMore = rows.Count > pageSize;
            return new TablePage([.. table.Columns.Select(column => column.Description)], [.. rows.Take(pageSize)], hasMore);
        }
        finally
        {
            Execute(connection, "RELEASE portal_page");
        }
    }

    private static void AppendPart(SqliteConnection connection, TablePageQuery query, ColumnShape[] part, List<List<TableCell>> rows)
    {
        using var command = connection.CreateCommand();
        query.Fill(command, part);
        using var reader = command.ExecuteReader();
        for (var row = 0; reader.Read(); row++)
        {
            if (row == rows.Count)
                rows.Add([]);
            for (var column = 0; column < part.Length; column++)
                rows[row].Add(CellSql.Read(reader, column * CellSql.Results));
        }
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
