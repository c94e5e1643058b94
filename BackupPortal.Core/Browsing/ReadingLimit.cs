using BackupPortal.Core.Sources;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace BackupPortal.Core.Browsing;

/// <summary>Interrupts whatever a connection reads (SQLITE_INTERRUPT) once its time is up or the reader has gone, until disposed.</summary>
internal sealed class ReadingLimit : IDisposable
{
    private const int InstructionsBetweenLooks = 2_000;

    private readonly SqliteConnection connection;
    private readonly CancellationToken cancellationToken;
    private readonly long end;
    private long partEnd;

    public ReadingLimit(SqliteConnection connection, TimeSpan atMost, CancellationToken cancellationToken)
    {
        this.connection = connection;
        this.cancellationToken = cancellationToken;
        end = Environment.TickCount64 + (long)atMost.TotalMilliseconds;
        partEnd = end;
        raw.sqlite3_progress_handler(ConnectionHandle.Of(connection), InstructionsBetweenLooks, _ => IsOver ? 1 : 0, null);
    }

    public bool IsOver => cancellationToken.IsCancellationRequested || Environment.TickCount64 >= partEnd;

    /// <summary>Gives what comes next at most this much time, within the whole.</summary>
    public void BeginPart(TimeSpan atMost) => partEnd = Math.Min(end, Environment.TickCount64 + (long)atMost.TotalMilliseconds);

    public void EndPart() => partEnd = end;

    public void Dispose() => raw.sqlite3_progress_handler(ConnectionHandle.Of(connection), 0, null, null);
}
