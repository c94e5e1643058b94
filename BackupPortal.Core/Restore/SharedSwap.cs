using BackupPortal.Core.Maintenance;
using BackupPortal.Core.Sources;
using SQLitePCL;

namespace BackupPortal.Core.Restore;

/// <summary>
/// Writes a database file into the live one through SQLite, in one transaction: who has it open keeps the old state, then sees the new one. Ending in
/// between leaves the old state.
/// </summary>
internal sealed class SharedSwap(TimeProvider time, IRestoreCheckpoint checkpoint)
{
    private const int Attempts = 3;
    private const int BusyMilliseconds = 10_000;

    // File systems note times in ticks of some milliseconds: two writes within one cannot be told apart.
    private static readonly TimeSpan s_quiet = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Keeps what is live in <paramref name="kept"/>, then overwrites it. In between nobody can write: what is kept is exactly what was overwritten.
    /// </summary>
    /// <param name="keptAt">What <see cref="KeepEarlyAsync"/> gave: while the database is still so, the copy is good.</param>
    /// <param name="keptIsComplete">Awaited once the kept copy is whole and durable, before the first page of live data is written.</param>
    /// <exception cref="Messages.PortalException">Another program keeps the database locked, or it cannot take these pages. Live data is unchanged.</exception>
    public async Task<SwapResult> RunAsync(
        string livePath, bool liveIsWal, string incoming, string kept, string? keptAt, Func<Task> keptIsComplete, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            // In rollback mode nobody can read behind the write lock: copy first, and see afterwards that nobody wrote in between.
            if (!liveIsWal && keptAt != LiveDatabaseState.Fingerprint(livePath))
            {
                keptAt = LiveDatabaseState.Fingerprint(livePath);
                await KeepAsync(livePath, kept, cancellationToken);
            }

            using var overwriting = Overwriting.Begin(livePath, incoming);
            if (keptAt != LiveDatabaseState.Fingerprint(livePath))
            {
                if (!liveIsWal && attempt == Attempts)
                    throw RestoreText.Refusal("LiveKeepsChanging", "LiveLockedHint");
                if (!liveIsWal)
                    continue;
                await KeepAsync(livePath, kept, cancellationToken);
            }

            await keptIsComplete();
            checkpoint.Reached("SharedSwapBegun");
            overwriting.Finish();
            checkpoint.Reached("SharedSwapCommitted");
            return new SwapResult(null, overwriting.FingerprintUnlessWritten(livePath));
        }
    }

    /// <summary>
    /// Copies what is live before anybody is locked out. When nobody writes until the swap, as is likely, there is nothing left to copy while users wait.
    /// </summary>
    /// <returns>By what to tell that nobody has written since; null when somebody is writing just now, and time stamps could not tell.</returns>
    public async Task<string?> KeepEarlyAsync(string livePath, string kept, CancellationToken cancellationToken)
    {
        var at = LiveDatabaseState.Fingerprint(livePath);
        if (LiveDatabaseState.LastWriteUtc(livePath) > time.GetUtcNow() - s_quiet)
            return null;
        await KeepAsync(livePath, kept, cancellationToken);
        return at;
    }

    /// <summary>
    /// Tells after a crash whether the transaction came through, by which of the two files the live one resembles: others may have written to it since.
    /// </summary>
    /// <param name="scratch">Where a copy of the live database may be put for a moment.</param>
    public async Task<bool> HasHappenedAsync(DatabaseSwapNote swap, string livePath, string scratch, CancellationToken cancellationToken)
    {
        if (!swap.KeptIsComplete)
            return false;
        File.Delete(scratch);
        await LiveDatabaseCopy.RunAsync(livePath, scratch, time, progress: null, cancellationToken);
        try
        {
            var pageSize = PageSizeOf(scratch);
            if (pageSize != PageSizeOf(swap.Kept))
                return true;
            if (pageSize != PageSizeOf(swap.Incoming))
                return false;
            var fromIncoming = await StagedDatabase.CountDifferentPagesAsync(scratch, swap.Incoming, pageSize, cancellationToken);
            var fromKept = await StagedDatabase.CountDifferentPagesAsync(scratch, swap.Kept, pageSize, cancellationToken);
            return fromIncoming < fromKept;
        }
        finally
        {
            File.Delete(scratch);
        }
    }

    private static int PageSizeOf(string file)
    {
        using var connection = RestoreConnection.OpenImmutable(file);
        return (int)connection.Number("PRAGMA page_size");
    }

    private async Task KeepAsync(string livePath, string kept, CancellationToken cancellationToken)
    {
        File.Delete(kept);
        await LiveDatabaseCopy.RunAsync(livePath, kept, time, progress: null, cancellationToken);
        Sync(kept);
    }

    private static void Sync(string file)
    {
        using (var handle = File.OpenHandle(file, FileMode.Open, FileAccess.ReadWrite))
            RandomAccess.FlushToDisk(handle);
        DurableFile.SyncFolder(Path.GetDirectoryName(file)!);
    }

    /// <summary>The write lock on live data, and the transaction that overwrites it; rolled back unless finished.</summary>
    private sealed class Overwriting : IDisposable
    {
        private const int DestinationIsReadOnly = 8;

        private readonly RestoreConnection _live;
        private readonly RestoreConnection _source;
        private sqlite3_backup? _backup;
        private long _version;

        private Overwriting(RestoreConnection live, RestoreConnection source)
        {
            _live = live;
            _source = source;
        }

        public static Overwriting Begin(string livePath, string incoming)
        {
            var overwriting = new Overwriting(RestoreConnection.OpenToWrite(livePath), RestoreConnection.OpenImmutable(incoming));
            try
            {
                overwriting.Lock();
                return overwriting;
            }
            catch
            {
                overwriting.Dispose();
                throw;
            }
        }

        public void Finish()
        {
            var result = raw.sqlite3_backup_step(_backup, -1);
            if (result != raw.SQLITE_DONE)
                throw Failure(result);
            result = raw.sqlite3_backup_finish(_backup);
            _backup = null;
            if (result != raw.SQLITE_OK)
                throw Failure(result);
        }

        public string? FingerprintUnlessWritten(string livePath) => _live.FingerprintUnlessWritten(livePath, _version);

        public void Dispose()
        {
            if (_backup is not null)
                _ = raw.sqlite3_backup_finish(_backup);
            _source.Dispose();
            _live.Dispose();
        }

        private void Lock()
        {
            _live.Number("SELECT count(*) FROM sqlite_schema");
            // The portal never checkpoints a database that others have open.
            _live.Number("PRAGMA wal_autocheckpoint=0");
            raw.sqlite3_busy_timeout(_live.Handle, BusyMilliseconds);
            // Before the lock is there: a backup's target is its own. Who writes in between is taken for one who wrote after it, which only keeps the way back from being taken.
            _version = _live.DataVersion;
            _backup = raw.sqlite3_backup_init(_live.Handle, "main", _source.Handle, "main")
                ?? throw Failure(raw.sqlite3_errcode(_live.Handle));
            // No page yet: the first step takes the write lock.
            var result = raw.sqlite3_backup_step(_backup, 0);
            if (result == DestinationIsReadOnly)
                throw RestoreText.Refusal("PageSizeDiffers", "PageSizeDiffersHint");
            if (result != raw.SQLITE_OK)
                throw Failure(result);
        }

        private static Messages.PortalException Failure(int result) => (result & 0xff) is raw.SQLITE_BUSY or raw.SQLITE_LOCKED
            ? RestoreText.Refusal("LiveLocked", "LiveLockedHint")
            : RestoreText.Refusal("SharedSwapFailed", "SharedSwapFailedHint", null, raw.sqlite3_errstr(result).utf8_to_string());
    }
}
