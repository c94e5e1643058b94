namespace BackupPortal.Core.Browsing;

/// <param name="RowCount">Exact up to 10,000; null when there are more, counting would take long, or nobody asked.</param>
public sealed record TableDescription(string Name, bool IsView, IReadOnlyList<ColumnDescription> Columns, long? RowCount);

public sealed record ColumnDescription(string Name, string DeclaredType, bool IsPrimaryKey);

/// <param name="Page">From 0.</param>
/// <param name="PageSize">1 to 200.</param>
/// <param name="Search">Only rows in which some column contains this text; null for all.</param>
public sealed record TablePageRequest(string Table, int Page, int PageSize, string? Search = null);

/// <param name="HasMore">True when there is a next page.</param>
public sealed record TablePage(IReadOnlyList<ColumnDescription> Columns, IReadOnlyList<IReadOnlyList<TableCell>> Rows, bool HasMore);

/// <param name="Text">What to show: at most 200 characters of the value; null for NULL. Of a blob its first bytes in hexadecimal, or nothing when it is large.</param>
/// <param name="Kind">SQLite's storage class: <c>null</c>, <c>integer</c>, <c>real</c>, <c>text</c>, <c>blob</c>.</param>
/// <param name="SizeBytes">Of a text or blob that is longer than what is shown; null otherwise.</param>
public sealed record TableCell(string? Text, string Kind, long? SizeBytes);
