using BackupPortal.Core.Messages;
using Microsoft.Data.Sqlite;

namespace BackupPortal.Core.Restore;

/// <summary>What is in the live database's place, as far as a restore must know it.</summary>
/// <param name="IsReadable">False when there is none, it is empty, or it is not a database that SQLite can read.</param>
/// <param name="MayBeOpenElsewhere">Its shared-memory file is there, or it is in rollback mode, where other users cannot be seen.</param>
/// <param name="Problem">Why it cannot be read, for the log.</param>
internal sealed record LiveDatabaseState(
    bool IsReadable, bool IsWal = false, int PageSize = 0, int UserVersion = 0, bool MayBeOpenElsewhere = false, string? Problem = null)
{
    private const int Corrupt = 11;
    private const int NotADatabase = 26;
    private const int NeedsRollback = 776;

    /// <exception cref="PortalException">There is a database, but it cannot be looked at now: it is locked, or may not be opened.</exception>
    public static LiveDatabaseState Look(string path)
    {
        if (FileStamp.Find(path) is not { } stamp)
            return new LiveDatabaseState(IsReadable: false, Problem: "it is missing");
        if (stamp.SizeBytes == 0 && stamp.Kind == Snapshots.FileEntryKind.File)
            return new LiveDatabaseState(IsReadable: false, Problem: "it is empty");
        var hadSharedMemory = File.Exists(path + "-shm");
        try
        {
            using var connection = OpenAfterRollback(path);
            var isWal = connection.Text("PRAGMA journal_mode") == "wal";
            return new LiveDatabaseState(
                IsReadable: true,
                isWal,
                (int)connection.Number("PRAGMA page_size"),
                (int)connection.Number("PRAGMA user_version"),
                MayBeOpenElsewhere: hadSharedMemory || !isWal);
        }
        catch (SqliteException damaged) when (damaged.SqliteErrorCode is Corrupt or NotADatabase)
        {
            return new LiveDatabaseState(IsReadable: false, Problem: damaged.Message);
        }
        catch (SqliteException failure)
        {
            throw RestoreText.Refusal("LiveNotAccessible", "LiveNotAccessibleHint", failure, failure.Message);
        }
    }

    /// <summary>Its application may have died in the middle of a change: whoever may write takes that back by opening it.</summary>
    private static RestoreConnection OpenAfterRollback(string path)
    {
        var connection = RestoreConnection.OpenReadOnly(path);
        try
        {
            connection.Number("SELECT count(*) FROM sqlite_schema");
            return connection;
        }
        catch (SqliteException hot) when (hot.SqliteExtendedErrorCode == NeedsRollback)
        {
            connection.Dispose();
            connection = RestoreConnection.OpenToWrite(path);
            connection.Number("SELECT count(*) FROM sqlite_schema");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Changes whenever somebody writes to the database: identity, size and time of the file and of its log.</summary>
    public static string Fingerprint(string path) => $"{Describe(path)}|{Describe(path + "-wal")}";

    public static DateTimeOffset LastWriteUtc(string path) => new[] { path, path + "-wal" }
        .Select(file => FileStamp.Find(file) is { SizeBytes: > 0 } stamp ? stamp.ModifiedUnixNanoseconds : 0)
        .Select(nanoseconds => DateTimeOffset.UnixEpoch.AddTicks(nanoseconds / 100)).Max();

    private static string Describe(string path) =>
        FileStamp.Find(path) is { SizeBytes: > 0 } stamp ? $"{stamp.Identity},{stamp.SizeBytes},{stamp.ModifiedUnixNanoseconds}" : "-";
}
