using BackupPortal.Core.Messages;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace BackupPortal.Core.Browsing;

/// <summary>
/// Reads tables of any SQLite database for a person's eyes: paged, bounded in time and size, whatever the schema. Works on an open read-only
/// connection, which it does not close.
/// </summary>
public static class TableBrowser
{
    private static readonly TimeSpan LongestRead = TimeSpan.FromSeconds(3);

    /// <summary>Tables and views by name, with columns; SQLite's own left out.</summary>
    /// <exception cref="PortalException">The schema cannot be read.</exception>
    public static Task<IReadOnlyList<TableDescription>> ListTablesAsync(SqliteConnection connection, CancellationToken cancellationToken) =>
        ListAsync(connection, isCounted: true, cancellationToken);

    /// <summary>The same without numbers of rows, which are most of the work.</summary>
    /// <exception cref="PortalException">The schema cannot be read.</exception>
    public static Task<IReadOnlyList<TableDescription>> ListUncountedTablesAsync(SqliteConnection connection, CancellationToken cancellationToken) =>
        ListAsync(connection, isCounted: false, cancellationToken);

    /// <summary>One page of rows.</summary>
    /// <exception cref="PortalException">No such table, or reading took too long.</exception>
    public static Task<TablePage> ReadPageAsync(SqliteConnection connection, TablePageRequest request, CancellationToken cancellationToken) =>
        Task.Run(
            () =>
            {
                using var limit = new ReadingLimit(connection, LongestRead, cancellationToken);
                try
                {
                    var table = TableSchema.Find(connection, request.Table)
                        ?? throw new PortalException(Text("NoSuchTable", request.Table), Text("NoSuchTableHint"));
                    return TablePageReader.Read(connection, table, request);
                }
                catch (SqliteException e)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    throw e.SqliteErrorCode == raw.SQLITE_INTERRUPT
                        ? new PortalException(Text("TooSlow", request.Table), Text("TooSlowHint"), cause: e)
                        : new PortalException(Text("CannotRead", request.Table, e.Message), cause: e);
                }
            },
            cancellationToken);

    private static Task<IReadOnlyList<TableDescription>> ListAsync(SqliteConnection connection, bool isCounted, CancellationToken cancellationToken) =>
        Task.Run(
            () =>
            {
                using var limit = new ReadingLimit(connection, LongestRead, cancellationToken);
                try
                {
                    return TableSchema.Describe(connection, limit, isCounted);
                }
                catch (SqliteException e)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    throw new PortalException(Text("CannotList", e.Message), cause: e);
                }
            },
            cancellationToken);

    private static Message Text(string key, params IReadOnlyList<string> arguments) => new("Browsing", key, arguments);
}
