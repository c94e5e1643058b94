using System.Runtime.InteropServices;
using BackupPortal.Core.Sources;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace BackupPortal.Core.Export;

/// <summary>Reads rows of any statement as SQLite has them: types and bytes, nothing copied. Not safe for concurrent use.</summary>
/// <remarks>
/// Asks the system's library directly: an export reads tens of millions of values, and each call through a safe handle takes longer than SQLite's own answer.
/// What only looks at the current row does not even tell the garbage collector. Each value is asked for its parts without SQLite's locks, which are for connections that threads share.
/// </remarks>
internal sealed unsafe class RowReader : IDisposable
{
    private static readonly IntPtr library = SqliteBinding.LoadSystemLibrary();
    private static readonly delegate* unmanaged[Cdecl]<IntPtr, int> step = (delegate* unmanaged[Cdecl]<IntPtr, int>)Call("step");
    private static readonly delegate* unmanaged[Cdecl, SuppressGCTransition]<IntPtr, int, IntPtr> value = (delegate* unmanaged[Cdecl, SuppressGCTransition]<IntPtr, int, IntPtr>)Call("column_value");
    private static readonly delegate* unmanaged[Cdecl, SuppressGCTransition]<IntPtr, int> type = (delegate* unmanaged[Cdecl, SuppressGCTransition]<IntPtr, int>)Call("value_type");
    private static readonly delegate* unmanaged[Cdecl, SuppressGCTransition]<IntPtr, long> integer = (delegate* unmanaged[Cdecl, SuppressGCTransition]<IntPtr, long>)Call("value_int64");
    private static readonly delegate* unmanaged[Cdecl, SuppressGCTransition]<IntPtr, double> real = (delegate* unmanaged[Cdecl, SuppressGCTransition]<IntPtr, double>)Call("value_double");
    private static readonly delegate* unmanaged[Cdecl]<IntPtr, byte*> bytes = (delegate* unmanaged[Cdecl]<IntPtr, byte*>)Call("value_blob");
    private static readonly delegate* unmanaged[Cdecl, SuppressGCTransition]<IntPtr, int> length = (delegate* unmanaged[Cdecl, SuppressGCTransition]<IntPtr, int>)Call("value_bytes");

    private readonly sqlite3 database;
    private readonly sqlite3_stmt statement;
    private readonly IntPtr handle;
    private IntPtr current;

    /// <exception cref="SqliteException">SQLite does not take the statement.</exception>
    public RowReader(SqliteConnection connection, string sql)
    {
        database = ConnectionHandle.Of(connection);
        Require(raw.sqlite3_prepare_v2(database, sql, out statement));
        handle = statement.DangerousGetHandle();
        Columns = raw.sqlite3_column_count(statement);
    }

    public int Columns { get; }

    /// <returns>False behind the last row.</returns>
    /// <exception cref="SqliteException">The database is damaged, or the reading was interrupted.</exception>
    public bool Step()
    {
        var result = step(handle);
        if (result == raw.SQLITE_ROW)
            return true;
        Require(result == raw.SQLITE_DONE ? raw.SQLITE_OK : result);
        return false;
    }

    /// <summary>Goes to a value of the row, which the other calls then are about.</summary>
    /// <returns>One of <c>SQLITE_NULL</c>, <c>SQLITE_INTEGER</c>, <c>SQLITE_FLOAT</c>, <c>SQLITE_TEXT</c>, <c>SQLITE_BLOB</c>.</returns>
    public int Type(int column) => type(current = value(handle, column));

    public long Integer() => integer(current);

    public double Real() => real(current);

    /// <summary>A text in the database's own encoding, also behind a NUL, or a blob. Valid until the next step.</summary>
    public ReadOnlySpan<byte> Bytes()
    {
        var start = bytes(current);
        return new ReadOnlySpan<byte>(start, start is null ? 0 : length(current));
    }

    public void Dispose() => statement.Dispose();

    private static IntPtr Call(string name) => NativeLibrary.GetExport(library, "sqlite3_" + name);

    private void Require(int result)
    {
        if (result != raw.SQLITE_OK)
            throw new SqliteException(raw.sqlite3_errmsg(database).utf8_to_string(), result);
    }
}
