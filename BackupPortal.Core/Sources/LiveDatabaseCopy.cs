using BackupPortal.Core.Messages;
using Microsoft.Data.Sqlite;

namespace BackupPortal.Core.Sources;

/// <summary>Makes a consistent copy of a live database while others go on writing to it. See docs/architecture.md.</summary>
public static class LiveDatabaseCopy
{
    /// <summary>How long to wait for somebody who has the database locked.</summary>
    internal static readonly TimeSpan LockPatience = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Copies the live database as of one instant into <paramref name="scratchFile"/>: a read transaction is pinned in WAL mode, and raw backup steps
    /// leave room for writers in any mode.
    /// </summary>
    /// <param name="scratchFile">Must not exist; a plain database file without <c>-wal</c> afterwards. Deleted again on failure.</param>
    /// <param name="progress">Bytes copied, and bytes in all.</param>
    /// <exception cref="PortalException">The live file is missing, not a database, locked for too long, or the scratch place is full.</exception>
    public static Task<CopiedDatabase> RunAsync(
        string livePath, string scratchFile, TimeProvider time, Action<long, long>? progress, CancellationToken cancellationToken) =>
        RunAsync(livePath, scratchFile, LockPatience, time, progress, cancellationToken);

    /// <param name="lockPatience">How long to wait for somebody who has the database locked.</param>
    internal static Task<CopiedDatabase> RunAsync(
        string livePath, string scratchFile, TimeSpan lockPatience, TimeProvider time, Action<long, long>? progress, CancellationToken cancellationToken) =>
        Task.Run(
            async () =>
            {
                if (File.Exists(scratchFile))
                    throw new ArgumentException("The scratch file is there already.", nameof(scratchFile));
                var isComplete = false;
                try
                {
                    var copied = await CopyAsync(livePath, scratchFile, lockPatience, time, progress, cancellationToken);
                    isComplete = true;
                    return copied;
                }
                finally
                {
                    if (!isComplete)
                        File.Delete(scratchFile);
                }
            },
            cancellationToken);

    /// <summary>Reads the facts that a record keeps from a closed copy.</summary>
    /// <exception cref="PortalException">The copy cannot be read.</exception>
    public static DatabaseContentFacts ReadFacts(string scratchFile, CancellationToken cancellationToken) =>
        ContentFactsReader.Read(scratchFile, cancellationToken);

    private static async Task<CopiedDatabase> CopyAsync(
        string livePath, string scratchFile, TimeSpan lockPatience, TimeProvider time, Action<long, long>? progress, CancellationToken cancellationToken)
    {
        using var source = LiveConnection.Open(livePath, lockPatience);
        try
        {
            // Taken before the pin: whatever was committed by then is in the copy.
            var pinned = time.GetUtcNow();
            Scalar(source, "BEGIN");
            Scalar(source, "SELECT count(*) FROM sqlite_master");
            var journalMode = (string)Scalar(source, "PRAGMA journal_mode")!;
            var pageSize = (long)Scalar(source, "PRAGMA page_size")!;
            ScratchSpace.Check(scratchFile, pageSize * (long)Scalar(source, "PRAGMA page_count")!);

            using var steps = new CopySteps(source, livePath, new ScratchDatabase(scratchFile), pageSize, lockPatience, time, progress);
            if (journalMode == "wal")
                return new CopiedDatabase(pinned, journalMode, await steps.CopyPinnedAsync(cancellationToken), Restarts: 0, Stalled: false);
            Scalar(source, "ROLLBACK");
            var (begun, bytes, restarts, stalled) = await steps.CopyUnpinnedAsync(cancellationToken);
            return new CopiedDatabase(begun, journalMode, bytes, restarts, stalled);
        }
        catch (SqliteException e)
        {
            throw LiveDatabaseErrors.Translate(e, livePath);
        }
    }

    private static object? Scalar(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}
