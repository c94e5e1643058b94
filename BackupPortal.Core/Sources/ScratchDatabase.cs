using BackupPortal.Core.Messages;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace BackupPortal.Core.Sources;

/// <summary>A new database file that is a copy in the making.</summary>
/// <remarks>
/// It is worth nothing after a crash, so nothing of it is journalled or synced. Not syncing is also what keeps a writer of live data from
/// waiting: the file system then writes the copy out in its own time, or never, since it is deleted soon.
/// </remarks>
internal sealed class ScratchDatabase : ICopyTarget
{
    private readonly string path;
    private readonly SqliteConnection connection;

    public ScratchDatabase(string path)
    {
        this.path = path;
        connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        try
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-2048";
            command.ExecuteNonQuery();
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public sqlite3 Handle => ConnectionHandle.Of(connection);

    public PortalException Failure(int result, long neededBytes) => (result & 0xFF) == raw.SQLITE_FULL
        ? ScratchSpace.Full(path, neededBytes)
        : new(SourcesText.Of("ScratchFailed", path, raw.sqlite3_errstr(result).utf8_to_string()), SourcesText.Of("ScratchFullHint"));

    public void Dispose() => connection.Dispose();
}
