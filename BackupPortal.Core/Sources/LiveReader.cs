using Microsoft.Data.Sqlite;

namespace BackupPortal.Core.Sources;

/// <summary>An open read-only connection to live data.</summary>
public sealed class LiveReader : IAsyncDisposable
{
    private readonly LiveDoor door;
    private int isDisposed;

    internal LiveReader(SqliteConnection connection, LiveDoor door, CancellationToken closing)
    {
        Connection = connection;
        Closing = closing;
        this.door = door;
    }

    public SqliteConnection Connection { get; }

    /// <summary>Cancelled when somebody waits for this reader to leave, to swap live data. Who reads for seconds leaves then.</summary>
    public CancellationToken Closing { get; }

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
