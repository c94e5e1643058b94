using System.Runtime.CompilerServices;
using BackupPortal.Core.Messages;
using Microsoft.Data.Sqlite;

namespace BackupPortal.Core.Sources;

/// <summary>
/// The pages of a live database as of one instant, without a copy: SQLite's own backup steps, in a pinned read transaction, write them into a
/// <see cref="PageSink"/>. For databases in WAL mode, whose writers this never holds up.
/// </summary>
/// <remarks>
/// As long as the transaction lasts, the application's write-ahead log cannot be reset and grows with what is written. Once it has grown by
/// <see cref="MostWalGrowth"/>, the rest is copied without waiting for whoever stores it, through a scratch file; if that has no room, reading ends with an
/// error, so that the log does not fill the application's disk.
/// </remarks>
internal sealed class LiveDatabasePages : IDatabasePages, IDisposable
{
    /// <summary>Bytes.</summary>
    public const long MostWalGrowth = 64 * 1024 * 1024;

    private readonly string livePath;
    private readonly string scratchFile;
    private readonly SqliteConnection connection;
    private readonly TimeSpan lockPatience;
    private readonly TimeProvider time;
    private readonly long mostWalGrowth;
    private readonly long walAtStart;

    private LiveDatabasePages(
        string livePath, string scratchFile, SqliteConnection connection, TimeSpan lockPatience, TimeProvider time, long mostWalGrowth, DateTimeOffset pinned)
    {
        (this.livePath, this.scratchFile, this.connection, this.lockPatience, this.time, this.mostWalGrowth) =
            (livePath, scratchFile, connection, lockPatience, time, mostWalGrowth);
        PinnedUtc = pinned;
        PageSize = (int)(long)Scalar(connection, "PRAGMA page_size")!;
        SizeBytes = Math.Max(1, (long)Scalar(connection, "PRAGMA page_count")!) * PageSize;
        walAtStart = WalBytes();
    }

    public int PageSize { get; }

    public PageSet FreePages => PageSet.Empty;

    /// <summary>Every change committed before this is in the pages.</summary>
    public DateTimeOffset PinnedUtc { get; }

    public long SizeBytes { get; }

    /// <summary>By how much the application's write-ahead log grew while it was read.</summary>
    public long WalGrowth { get; private set; }

    /// <summary>Of the same instant; known once all pages have been read.</summary>
    public DatabaseContentFacts? Facts { get; private set; }

    /// <summary>Pins the state of now.</summary>
    /// <param name="scratchFile">Only made when the write-ahead log grows too much.</param>
    /// <returns>Null when the pages are better read from a scratch copy: the database is not in WAL mode, or has free pages, which only a copy can name.</returns>
    /// <exception cref="PortalException">It is missing, not a database, or not readable.</exception>
    public static LiveDatabasePages? Open(
        string livePath, string scratchFile, TimeSpan lockPatience, TimeProvider time, long mostWalGrowth = MostWalGrowth)
    {
        var connection = LiveConnection.Open(livePath, lockPatience);
        try
        {
            // Taken before the pin: whatever was committed by then is seen.
            var pinned = time.GetUtcNow();
            Scalar(connection, "BEGIN");
            Scalar(connection, "SELECT count(*) FROM sqlite_master");
            if ((string)Scalar(connection, "PRAGMA journal_mode")! == "wal" && (long)Scalar(connection, "PRAGMA freelist_count")! == 0)
                return new LiveDatabasePages(livePath, scratchFile, connection, lockPatience, time, mostWalGrowth, pinned);
            connection.Dispose();
            return null;
        }
        catch (SqliteException e)
        {
            connection.Dispose();
            throw LiveDatabaseErrors.Translate(e, livePath);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>To be called once.</summary>
    /// <exception cref="PortalException">The database cannot be read, or the scratch place is full.</exception>
    public async IAsyncEnumerable<PageBatch> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var sink = new PageSink(PageSize, scratchFile, stop.Token);
        // A thread of its own: it waits where pages are taken slower than SQLite gives them.
        var copying = Task.Factory.StartNew(() => CopyAsync(sink, stop.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)
            .Unwrap();
        try
        {
            await foreach (var batch in sink.ReadAllAsync(cancellationToken))
                yield return batch;
        }
        finally
        {
            await stop.CancelAsync();
            await copying.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        await copying;
    }

    public void Dispose() => connection.Dispose();

    private async Task CopyAsync(PageSink sink, CancellationToken cancellationToken)
    {
        try
        {
            using (var steps = new CopySteps(connection, livePath, new SinkDatabase(sink), PageSize, lockPatience, time, (_, _) => Watch(sink)))
                await steps.CopyPinnedAsync(cancellationToken);
            sink.Complete();
            Facts = ContentFactsReader.Read(connection, cancellationToken);
            Measure();
            // From here on the application's log can be reset again.
            connection.Close();
        }
        catch (SqliteException e)
        {
            var failure = LiveDatabaseErrors.Translate(e, livePath);
            sink.Fail(failure);
            throw failure;
        }
        catch (Exception e)
        {
            sink.Fail(e);
            throw;
        }
    }

    private void Watch(PageSink sink)
    {
        Measure();
        if (sink.IsHurried || WalGrowth <= mostWalGrowth || sink.Length >= SizeBytes)
            return;
        ScratchSpace.Check(scratchFile, SizeBytes - sink.Length);
        sink.IsHurried = true;
    }

    private void Measure() => WalGrowth = Math.Max(WalGrowth, WalBytes() - walAtStart);

    /// <summary>Looks without opening. A link's log lies beside the file that it leads to.</summary>
    private long WalBytes() => LiveDatabaseFiles.Of(livePath)
        .Where(path => path.EndsWith("-wal", StringComparison.Ordinal))
        .Select(path => new FileInfo(path))
        .Max(wal => wal.Exists ? wal.Length : 0);

    private static object? Scalar(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}
