using BackupPortal.Core.Messages;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace BackupPortal.Core.Sources;

/// <summary>Reads facts of a database's content from one consistent state of it, and leaves nothing beside it.</summary>
internal static class ContentFactsReader
{
    private const int InstructionsBetweenLooks = 20_000;

    /// <exception cref="PortalException">The copy cannot be read.</exception>
    public static DatabaseContentFacts Read(string file, CancellationToken cancellationToken)
    {
        // Immutable: a copy of a WAL database says that it is one, and would otherwise get a -wal and a -shm.
        var source = new Uri(Path.GetFullPath(file)).AbsoluteUri + "?immutable=1";
        using var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = source, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
        try
        {
            connection.Open();
            Scalar(connection, "PRAGMA trusted_schema=OFF");
            return Read(connection, cancellationToken);
        }
        catch (SqliteException e)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new PortalException(SourcesText.Of("CopyUnreadable", e.Message), SourcesText.Of("DatabaseCorruptHint"), cause: e);
        }
    }

    /// <param name="connection">Sees one state: of a file that nobody changes, or in a read transaction.</param>
    public static DatabaseContentFacts Read(SqliteConnection connection, CancellationToken cancellationToken)
    {
        raw.sqlite3_progress_handler(
            ConnectionHandle.Of(connection), InstructionsBetweenLooks, _ => cancellationToken.IsCancellationRequested ? 1 : 0, null);
        var uncounted = new List<string>();
        var tables = CountRows(connection, uncounted);
        return new DatabaseContentFacts(
            Convert.ToInt32(Scalar(connection, "PRAGMA user_version"), null),
            Convert.ToInt32(Scalar(connection, "PRAGMA application_id"), null),
            (string)Scalar(connection, "PRAGMA encoding")!,
            tables,
            uncounted);
    }

    private static SortedDictionary<string, long> CountRows(SqliteConnection connection, List<string> uncounted)
    {
        var counts = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var table in TableNames(connection))
        {
            try
            {
                counts[table] = (long)Scalar(connection, $"SELECT count(*) FROM main.{SqlIdentifier.Quote(table)}")!;
            }
            catch (SqliteException e) when (e.SqliteErrorCode == raw.SQLITE_ERROR)
            {
                // The module of a virtual table, or a function of an index, is not here. The pages are copied all the same.
                uncounted.Add(table);
            }
        }
        return counts;
    }

    private static List<string> TableNames(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = @"SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\_%' ESCAPE '\' ORDER BY name";
        using var reader = command.ExecuteReader();
        var names = new List<string>();
        while (reader.Read())
            names.Add(reader.GetString(0));
        return names;
    }

    private static object? Scalar(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}
