using BackupPortal.Core.Messages;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace BackupPortal.Core.Sources;

/// <summary>
/// Copies a database with SQLite's backup steps. Raw calls, because <see cref="SqliteConnection.BackupDatabase(SqliteConnection)"/> is one blocking
/// step: no progress, no cancelling, no room for writers.
/// </summary>
internal sealed class CopySteps : IDisposable
{
    private const long BytesPerStep = 2 * 1024 * 1024;
    private const int RestartsBeforeStall = 3;
    private static readonly TimeSpan BusyWait = TimeSpan.FromMilliseconds(10);

    private readonly string livePath;
    private readonly long pageSize;
    private readonly TimeSpan lockPatience;
    private readonly TimeProvider time;
    private readonly Action<long, long>? progress;
    private readonly ICopyTarget target;
    private readonly sqlite3_backup backup;

    /// <param name="target">Belongs to the steps from now on.</param>
    public CopySteps(
        SqliteConnection source, string livePath, ICopyTarget target, long pageSize, TimeSpan lockPatience, TimeProvider time, Action<long, long>? progress)
    {
        this.livePath = livePath;
        this.target = target;
        this.pageSize = pageSize;
        this.lockPatience = lockPatience;
        this.time = time;
        this.progress = progress;
        var sourceHandle = ConnectionHandle.Of(source);
        // Waiting is done here, where it can be cancelled.
        raw.sqlite3_busy_timeout(sourceHandle, (int)BusyWait.TotalMilliseconds);
        backup = raw.sqlite3_backup_init(target.Handle, "main", sourceHandle, "main");
        if (backup.IsInvalid)
        {
            var result = raw.sqlite3_errcode(target.Handle);
            target.Dispose();
            throw target.Failure(result, 0);
        }
    }

    private int PagesPerStep => (int)Math.Max(1, BytesPerStep / pageSize);

    /// <summary>An empty source (0 bytes) becomes an empty database of one page.</summary>
    private long SizeBytes => Math.Max(1, raw.sqlite3_backup_pagecount(backup)) * pageSize;

    private long PagesDone => raw.sqlite3_backup_pagecount(backup) - raw.sqlite3_backup_remaining(backup);

    /// <summary>The source is in a read transaction: no commit of others disturbs the copy, and the copy disturbs none of theirs.</summary>
    /// <returns>Size of the copy in bytes.</returns>
    public async Task<long> CopyPinnedAsync(CancellationToken cancellationToken)
    {
        while (!await StepAsync(PagesPerStep, cancellationToken))
        {
        }
        return SizeBytes;
    }

    /// <summary>Between steps writers come in, and each commit of theirs makes SQLite begin again. After a few times, all in one step.</summary>
    public async Task<(DateTimeOffset Begun, long Bytes, int Restarts, bool Stalled)> CopyUnpinnedAsync(CancellationToken cancellationToken)
    {
        var begun = time.GetUtcNow();
        var restarts = 0;
        long done = 0;
        while (restarts < RestartsBeforeStall)
        {
            var now = time.GetUtcNow();
            if (await StepAsync(PagesPerStep, cancellationToken))
                return (begun, SizeBytes, restarts, Stalled: false);
            if (PagesDone <= done)
            {
                restarts++;
                begun = now;
            }
            done = PagesDone;
        }
        begun = time.GetUtcNow();
        await StepAsync(-1, cancellationToken);
        return (begun, SizeBytes, restarts, Stalled: true);
    }

    public void Dispose()
    {
        raw.sqlite3_backup_finish(backup);
        target.Dispose();
    }

    /// <returns>True when the copy is complete.</returns>
    private async Task<bool> StepAsync(int pages, CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var result = raw.sqlite3_backup_step(backup, pages);
            switch (result & 0xFF)
            {
                case raw.SQLITE_OK or raw.SQLITE_DONE:
                    progress?.Invoke(PagesDone * pageSize, raw.sqlite3_backup_pagecount(backup) * pageSize);
                    return result == raw.SQLITE_DONE;
                case raw.SQLITE_BUSY or raw.SQLITE_LOCKED when time.GetElapsedTime(begun) < lockPatience:
                    await Task.Delay(BusyWait, time, cancellationToken);
                    break;
                default:
                    throw Failure(result);
            }
        }
    }

    private PortalException Failure(int result) => (result & 0xFF) switch
    {
        raw.SQLITE_FULL or raw.SQLITE_IOERR or raw.SQLITE_CANTOPEN or raw.SQLITE_READONLY => target.Failure(result, SizeBytes),
        _ => LiveDatabaseErrors.Translate(new SqliteException(raw.sqlite3_errstr(result).utf8_to_string(), result & 0xFF, result), livePath),
    };
}
