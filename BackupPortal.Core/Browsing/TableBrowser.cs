using Microsoft.Data.Sqlite;

namespace BackupPortal.Core.Browsing;

/// <summary>
/// Reads tables of any SQLite database for a person's eyes: paged, bounded in time and size, whatever the schema. Works on an open read-only
/// connection, which it does not close.
/// </summary>
public static class TableBrowser
{
    /// <summary>Tables and views by name, with columns; SQLite's own left out.</summary>
    public static Task<IReadOnlyList<TableDescription>> ListTablesAsync(SqliteConnection connection, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    /// <summary>One page of rows.</summary>
    /// <exception cref="Messages.PortalException">No such table, or reading took too long.</exception>
    public static Task<TablePage> ReadPageAsync(SqliteConnection connection, TablePageRequest request, CancellationToken cancellationToken) =>
        throw new NotImplementedException();
}

/// <param name="RowCount">Exact up to 10,000; null when there are more or counting would take long.</param>
public sealed record TableDescription(string Name, bool IsView, IReadOnlyList<ColumnDescription> Columns, long? RowCount);

public sealed record ColumnDescription(string Name, string DeclaredType, bool IsPrimaryKey);

/// <param name="Page">From 0.</param>
/// <param name="PageSize">1 to 200.</param>
/// <param name="Search">Only rows in which some column contains this text; null for all.</param>
public sealed record TablePageRequest(string Table, int Page, int PageSize, string? Search = null);

/// <param name="HasMore">True when there is a next page.</param>
public sealed record TablePage(IReadOnlyList<ColumnDescription> Columns, IReadOnlyList<IReadOnlyList<TableCell>> Rows, bool HasMore);

/// <param name="Text">What to show: at most 200 characters of the value; null for NULL.</param>
/// <param name="Kind">SQLite's storage class: <c>null</c>, <c>integer</c>, <c>real</c>, <c>text</c>, <c>blob</c>.</param>
/// <param name="SizeBytes">Of a text or blob that is longer than what is shown; null otherwise.</param>
public sealed record TableCell(string? Text, string Kind, long? SizeBytes);
