using BackupPortal.Core.Repository;
using BackupPortal.Core.Snapshots;
using Microsoft.Data.Sqlite;

namespace BackupPortal.Core.Export;

/// <summary>A snapshot that is being written in another format: its record, its files, and its database unpacked to a scratch file.</summary>
/// <param name="Reader">For files' contents.</param>
/// <param name="DatabaseFile">Checked against the record's root hash, and closed; nobody writes to it. Empty (0 bytes) when the live database was.</param>
internal sealed record ExportSource(SnapshotReader Reader, string DatabaseFile)
{
    public SnapshotRecord Record => Reader.Record;

    /// <summary>
    /// Opens the unpacked database to read: without locks or a log beside it, with nothing of its schema trusted, and with temporary tables in memory.
    /// </summary>
    /// <exception cref="SqliteException">It is not a database, or SQLite cannot read its schema.</exception>
    public SqliteConnection Open()
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = new Uri(DatabaseFile).AbsoluteUri + "?immutable=1",
            Mode = SqliteOpenMode.ReadOnly,
            Pooling = false,
        }.ToString());
        try
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA query_only=ON; PRAGMA trusted_schema=OFF; PRAGMA temp_store=MEMORY; SELECT count(*) FROM sqlite_master";
            command.ExecuteScalar();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
