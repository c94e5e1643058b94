using BackupPortal.Core.Messages;
using Microsoft.Data.Sqlite;

namespace BackupPortal.Core.Sources;

/// <summary>A database that is nowhere as a file: SQLite reads the pages that it needs from wherever they are, and writes nothing.</summary>
internal sealed class ReadOnlyDatabase : IDisposable
{
    private readonly PageReaderFile file;
    private readonly string name;

    /// <param name="pages">Stays the caller's.</param>
    /// <exception cref="PortalException">It is not a database, or cannot be read.</exception>
    public ReadOnlyDatabase(IPageReader pages)
    {
        file = new PageReaderFile(pages);
        name = VirtualFiles.Add(file);
        // Immutable: nobody locks it, and a database in WAL mode needs no log.
        Connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = Uri,
            Mode = SqliteOpenMode.ReadOnly,
            Pooling = false,
        }.ToString());
        try
        {
            Connection.Open();
            using var command = Connection.CreateCommand();
            // There is no place for temporary files here.
            command.CommandText = "PRAGMA query_only=ON; PRAGMA trusted_schema=OFF; PRAGMA temp_store=MEMORY; SELECT count(*) FROM sqlite_master";
            command.ExecuteScalar();
        }
        catch (SqliteException e)
        {
            Dispose();
            throw Failure(e);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public SqliteConnection Connection { get; }

    /// <summary>By what another connection can attach it, as long as this one is not disposed.</summary>
    public string Uri => $"file:{name}?vfs={VirtualFiles.Name}&immutable=1";

    /// <summary>What is behind SQLite's own words: why a page could not be had, or that the database itself is damaged.</summary>
    public Exception Failure(SqliteException error) => file.Failure switch
    {
        PortalException or OperationCanceledException => file.Failure,
        { } other => new PortalException(SourcesText.Of("CopyUnreadable", other.Message), cause: other),
        _ => new PortalException(SourcesText.Of("CopyUnreadable", error.Message), SourcesText.Of("DatabaseCorruptHint"), cause: error),
    };

    public void Dispose()
    {
        Connection.Dispose();
        VirtualFiles.Remove(name);
    }
}
