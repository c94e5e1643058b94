using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace BackupPortal.Core.Import.Sql;

/// <summary>
/// A connection to a database that somebody else has made, with everything switched off that it could use against us. See https://www.sqlite.org/security.html.
/// Not safe for concurrent use.
/// </summary>
internal sealed class UntrustedDatabase : IDisposable
{
    /// <summary>No value of a school's database is anywhere near that; what could make larger ones up is refused.</summary>
    public const int LargestValueBytes = 128 * 1024 * 1024;

    // Few, since one of them can call a function that takes long.
    private const int InstructionsBetweenLooks = 500;

    // Generous for what people and programs write, and far below what takes hours or gigabytes.
    private static readonly (int Limit, int Value)[] Limits =
    [
        (raw.SQLITE_LIMIT_LENGTH, LargestValueBytes),
        (raw.SQLITE_LIMIT_EXPR_DEPTH, 200),
        (raw.SQLITE_LIMIT_COMPOUND_SELECT, 200),
        (raw.SQLITE_LIMIT_VDBE_OP, 5_000_000),
        (raw.SQLITE_LIMIT_ATTACHED, 0),
        (raw.SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1_000),
        (raw.SQLITE_LIMIT_VARIABLE_NUMBER, 100),
        (raw.SQLITE_LIMIT_TRIGGER_DEPTH, 10),
        (raw.SQLITE_LIMIT_WORKER_THREADS, 0),
    ];

    private static readonly (int Setting, int Value)[] Settings =
    [
        (raw.SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0),
        (raw.SQLITE_DBCONFIG_ENABLE_TRIGGER, 0),
        (raw.SQLITE_DBCONFIG_ENABLE_VIEW, 0),
        (raw.SQLITE_DBCONFIG_ENABLE_FKEY, 0),
        (raw.SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0),
        (raw.SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER, 0),
        (raw.SQLITE_DBCONFIG_WRITABLE_SCHEMA, 0),
    ];

    private readonly WorkLimits limits;

    private UntrustedDatabase(sqlite3 handle, WorkLimits limits)
    {
        Handle = handle;
        this.limits = limits;
    }

    public sqlite3 Handle { get; }

    /// <summary>Opens a closed file to read it. Writes nothing, not even beside it.</summary>
    /// <exception cref="SqliteException">It is damaged.</exception>
    public static UntrustedDatabase OpenToRead(string file, WorkLimits limits)
    {
        var database = Open(new Uri(file).AbsoluteUri + "?immutable=1", raw.SQLITE_OPEN_READONLY | raw.SQLITE_OPEN_URI, limits);
        database.Set(raw.SQLITE_DBCONFIG_DEFENSIVE, 1);
        database.Run("PRAGMA query_only=ON; PRAGMA cell_size_check=ON; PRAGMA mmap_size=0; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-16384"u8);
        return database;
    }

    /// <summary>Makes a new file to be filled. It is worth nothing after a crash, so nothing is journalled or synced.</summary>
    public static UntrustedDatabase Create(string file, WorkLimits limits)
    {
        var database = Open(file, raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE, limits);
        database.Run("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA locking_mode=EXCLUSIVE; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-32768"u8);
        return database;
    }

    /// <summary>Runs statements of our own, and reads nothing of what they give.</summary>
    public void Run(ReadOnlySpan<byte> sql)
    {
        while (!sql.IsEmpty)
        {
            Check(raw.sqlite3_prepare_v2(Handle, sql, out var statement, out sql));
            using (statement)
                Step(statement);
        }
    }

    /// <summary>The first column of each row, as text.</summary>
    /// <exception cref="SqliteException">SQLite refuses, or the database is damaged.</exception>
    /// <exception cref="UnfitFileException">It takes too long.</exception>
    public IEnumerable<string?> Rows(string sql)
    {
        Check(raw.sqlite3_prepare_v2(Handle, sql, out var statement));
        using (statement)
        {
            int result;
            while ((result = raw.sqlite3_step(statement)) == raw.SQLITE_ROW)
                yield return raw.sqlite3_column_text(statement, 0).utf8_to_string();
            if (result != raw.SQLITE_DONE)
                throw Failure(result);
        }
    }

    /// <summary>Runs a statement to its end.</summary>
    public void Step(sqlite3_stmt? statement)
    {
        // Nothing but a comment.
        if (statement is null || statement.IsInvalid)
            return;
        int result;
        do
            result = raw.sqlite3_step(statement);
        while (result == raw.SQLITE_ROW);
        if (result != raw.SQLITE_DONE)
            throw Failure(result);
    }

    public void Check(int result)
    {
        if (result != raw.SQLITE_OK)
            throw Failure(result);
    }

    public void Dispose() => Handle.Dispose();

    private static UntrustedDatabase Open(string name, int flags, WorkLimits limits)
    {
        var result = raw.sqlite3_open_v2(name, out var handle, flags, null);
        var database = new UntrustedDatabase(handle, limits);
        try
        {
            database.Check(result);
            foreach (var (limit, value) in Limits)
                _ = raw.sqlite3_limit(handle, limit, value);
            foreach (var (setting, value) in Settings)
                database.Set(setting, value);
            raw.sqlite3_progress_handler(handle, InstructionsBetweenLooks, _ => limits.CancellationToken.IsCancellationRequested || limits.IsOverdue ? 1 : 0, null);
            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    private void Set(int setting, int value) => Check(raw.sqlite3_db_config(Handle, setting, value, out _));

    private SqliteException Failure(int result)
    {
        if (result == raw.SQLITE_INTERRUPT)
            limits.ThrowIfOverdue();
        return new SqliteException(raw.sqlite3_errmsg(Handle).utf8_to_string(), result & 0xff, result);
    }
}
