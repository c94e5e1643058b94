using Microsoft.Data.Sqlite;

namespace BackupPortal.Core.Sources;

/// <summary>An open read-only connection to live data.</summary>
public sealed class LiveReader : IAsyncDisposable
{
    private readonly LiveDoor door;
    private int isDisposed;

    internal LiveReader(SqliteConnection connection, LiveDoor door)
    {
        Connection = connection;
        this.door = door;
    }

    public SqliteConnection Connection { get; }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref isDisposed, 1) != 0)
            return;
        try
        {
            await Connection.DisposeAsync();
        }
        finally
        {
            door.Leave();
        }
    }
}
