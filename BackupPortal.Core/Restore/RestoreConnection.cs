using System.Globalization;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace BackupPortal.Core.Restore;

/// <summary>
/// A connection of a restore, to live data behind the fence or to what it staged. Through SQLite's own calls: Microsoft.Data.Sqlite does not hand out
/// what backup and interruption need (see docs/decisions/0003-sqlite-binding.md). Not safe for concurrent use, but for <see cref="Interrupt"/>.
/// </summary>
internal sealed class RestoreConnection : IDisposable
{
    private const int BusyMilliseconds = 5_000;

    private RestoreConnection(sqlite3 handle) => Handle = handle;

    public sqlite3 Handle { get; }

    public static RestoreConnection OpenReadOnly(string path) => Open(path, raw.SQLITE_OPEN_READONLY, BusyMilliseconds);

    /// <summary>Databases can be attached to it by an URI.</summary>
    public static RestoreConnection OpenToWriteWithUris(string path, int busyMilliseconds) => Open(path, raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_URI, busyMilliseconds);

    public static RestoreConnection OpenToWrite(string path, int busyMilliseconds = BusyMilliseconds) =>
        Open(path, raw.SQLITE_OPEN_READWRITE, busyMilliseconds);

    /// <summary>A file that nobody changes while it is read: without locks, and without a log coming to be beside it.</summary>
    public static RestoreConnection OpenImmutable(string path) =>
        Open(ImmutableUri(path), raw.SQLITE_OPEN_READONLY | raw.SQLITE_OPEN_URI, BusyMilliseconds);

    /// <summary>By what a file that nobody changes can be attached.</summary>
    public static string ImmutableUri(string path) => new Uri(path).AbsoluteUri + "?immutable=1";

    public long Number(string sql) => Convert.ToInt64(Text(sql), CultureInfo.InvariantCulture);

    /// <summary>The first column of the first row; null when there is none.</summary>
    public string? Text(string sql) => Rows(sql).FirstOrDefault();

    /// <summary>The first column of each row.</summary>
    /// <exception cref="SqliteException">SQLite refuses, or the database is damaged or locked.</exception>
    public IEnumerable<string?> Rows(string sql)
    {
        Check(raw.sqlite3_prepare_v2(Handle, sql, out var statement));
        using (statement)
        {
            int result;
            while ((result = raw.sqlite3_step(statement)) == raw.SQLITE_ROW)
                yield return raw.sqlite3_column_text(statement, 0).utf8_to_string();
            if (result != raw.SQLITE_DONE)
                Check(result);
        }
    }

    /// <summary>A statement to be run with other values each time.</summary>
    /// <exception cref="SqliteException">SQLite does not know what it means.</exception>
    public PreparedStatement Prepare(string sql)
    {
        Check(raw.sqlite3_prepare_v2(Handle, sql, out var statement));
        return new PreparedStatement(this, statement);
    }

    /// <summary>Changes only when another connection has committed, in whichever process.</summary>
    public long DataVersion => Number("PRAGMA main.data_version");

    /// <summary>
    /// What the database looks like now, unless another connection has committed since <paramref name="version"/> was read: then null, since nobody can tell how it looked before.
    /// </summary>
    public string? FingerprintUnlessWritten(string path, long version)
    {
        var fingerprint = LiveDatabaseState.Fingerprint(path);
        return DataVersion == version ? fingerprint : null;
    }

    /// <summary>Ends what is running on another thread, which then throws.</summary>
    public void Interrupt() => raw.sqlite3_interrupt(Handle);

    public void Dispose() => Handle.Dispose();

    private static RestoreConnection Open(string path, int flags, int busyMilliseconds)
    {
        var result = raw.sqlite3_open_v2(path, out var handle, flags, null);
        var connection = new RestoreConnection(handle);
        if (result == raw.SQLITE_OK)
        {
            raw.sqlite3_busy_timeout(handle, busyMilliseconds);
            return connection;
        }

        connection.Dispose();
        throw Failure(result, raw.sqlite3_errstr(result).utf8_to_string());
    }

    internal void Check(int result)
    {
        if (result != raw.SQLITE_OK)
            throw Failure(result, raw.sqlite3_errmsg(Handle).utf8_to_string());
    }

    private static SqliteException Failure(int result, string message) => new(message, result & 0xff, result);
}
