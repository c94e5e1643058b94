using SQLitePCL;

namespace BackupPortal.Core.Demo;

/// <summary>
/// A database that nobody else knows yet, written at full speed: no journal and no syncs until it is complete, since half of it is worth nothing. Not safe for concurrent use.
/// </summary>
/// <remarks>Speaks to SQLite directly: millions of rows with boxed parameters would take several times as long.</remarks>
internal sealed class NewDatabase : IDisposable
{
    private readonly sqlite3 _handle;

    /// <param name="file">Must not exist.</param>
    public NewDatabase(string file)
    {
        Check(raw.sqlite3_open_v2(file, out _handle, raw.SQLITE_OPEN_CREATE | raw.SQLITE_OPEN_READWRITE, null));
        Run("PRAGMA page_size = 4096; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE; PRAGMA cache_size = -32000");
    }

    /// <summary>Runs statements that give nothing back.</summary>
    public void Run(string sql) => Check(raw.sqlite3_exec(_handle, sql));

    /// <param name="columns">How many the table has; all are given, in order.</param>
    public PreparedInsert PrepareInsert(string table, int columns)
    {
        var sql = $"INSERT INTO {table} VALUES ({string.Join(',', Enumerable.Repeat('?', columns))})";
        Check(raw.sqlite3_prepare_v2(_handle, sql, out var statement));
        return new PreparedInsert(this, statement);
    }

    /// <exception cref="IOException">SQLite refused, for example because the disk is full.</exception>
    public void Check(int result)
    {
        if (result != raw.SQLITE_OK)
            throw new IOException($"SQLite: {raw.sqlite3_errmsg(_handle).utf8_to_string()} ({result}).");
    }

    public void Dispose() => _handle.Dispose();
}
