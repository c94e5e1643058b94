using System.Buffers.Binary;
using System.Security.Cryptography;
using BackupPortal.Core.Sources;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace BackupPortal.Core.Comparison;

/// <summary>Reads rows of one side, a number first, as SQLite has them: type and bytes. Nothing is allocated for a row that is only looked at.</summary>
internal sealed class RowCursor : IDisposable
{
    /// <summary>Bytes of a row's digest; enough that no two different rows ever have the same.</summary>
    public const int DigestSize = 16;

    private readonly ReadOnlyDatabase database;
    private readonly sqlite3_stmt statement;
    private readonly int columns;

    /// <param name="sql">Gives an integer, then values to compare.</param>
    public RowCursor(ReadOnlyDatabase database, string sql)
    {
        this.database = database;
        Require(raw.sqlite3_prepare_v2(Handle, sql, out statement));
        columns = raw.sqlite3_column_count(statement);
    }

    /// <summary>The first result.</summary>
    public long Number => raw.sqlite3_column_int64(statement, 0);

    private sqlite3 Handle => ConnectionHandle.Of(database.Connection);

    /// <summary>Whether two rows have the same values, to the bit.</summary>
    public static bool AreEqual(RowCursor one, RowCursor other)
    {
        for (var i = 1; i < one.columns; i++)
        {
            var type = raw.sqlite3_column_type(one.statement, i);
            if (type != raw.sqlite3_column_type(other.statement, i))
                return false;
            var same = type switch
            {
                raw.SQLITE_NULL => true,
                raw.SQLITE_INTEGER => raw.sqlite3_column_int64(one.statement, i) == raw.sqlite3_column_int64(other.statement, i),
                raw.SQLITE_FLOAT => Bits(one, i) == Bits(other, i),
                _ => one.Bytes(i).SequenceEqual(other.Bytes(i)),
            };
            if (!same)
                return false;
        }
        return true;
    }

    /// <summary>Begins again with other values for the statement's parameters.</summary>
    public void Bind(params ReadOnlySpan<StoredValue> values)
    {
        raw.sqlite3_reset(statement);
        for (var i = 0; i < values.Length; i++)
            Require(values[i].Bind(statement, i + 1));
    }

    /// <returns>False behind the last row.</returns>
    public bool Step()
    {
        var result = raw.sqlite3_step(statement);
        if (result == raw.SQLITE_ROW)
            return true;
        Require(result == raw.SQLITE_DONE ? raw.SQLITE_OK : result);
        return false;
    }

    /// <summary>Of the row's values; the same for equal rows only.</summary>
    public byte[] Digest()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var i = 1; i < columns; i++)
            Append(hash, i);
        return hash.GetHashAndReset()[..DigestSize];
    }

    /// <summary>Some of the row's values as bytes; the same for equal values only.</summary>
    /// <param name="which">Numbers of results.</param>
    /// <returns>Null when one of them is NULL, which is equal to nothing.</returns>
    public byte[]? Key(IReadOnlyList<int> which)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var i in which)
        {
            if (raw.sqlite3_column_type(statement, i) == raw.SQLITE_NULL)
                return null;
            Append(hash, i);
        }
        return hash.GetHashAndReset()[..DigestSize];
    }

    public void Dispose() => statement.Dispose();

    private static long Bits(RowCursor row, int i) => BitConverter.DoubleToInt64Bits(raw.sqlite3_column_double(row.statement, i));

    private void Append(IncrementalHash hash, int i)
    {
        Span<byte> head = stackalloc byte[9];
        var type = raw.sqlite3_column_type(statement, i);
        head[0] = (byte)type;
        var bytes = type is raw.SQLITE_TEXT or raw.SQLITE_BLOB ? Bytes(i) : default;
        BinaryPrimitives.WriteInt64LittleEndian(head[1..], type switch
        {
            raw.SQLITE_INTEGER => raw.sqlite3_column_int64(statement, i),
            raw.SQLITE_FLOAT => Bits(this, i),
            _ => bytes.Length,
        });
        hash.AppendData(head);
        hash.AppendData(bytes);
    }

    // Text comes as UTF-8, also from a database that keeps it as UTF-16; and with all of its bytes, also behind a NUL.
    private ReadOnlySpan<byte> Bytes(int i)
    {
        if (raw.sqlite3_column_type(statement, i) == raw.SQLITE_TEXT)
            raw.sqlite3_column_text(statement, i);
        return raw.sqlite3_column_blob(statement, i);
    }

    private void Require(int result)
    {
        if (result != raw.SQLITE_OK)
            throw database.Failure(new SqliteException(raw.sqlite3_errmsg(Handle).utf8_to_string(), result & 0xff, result));
    }
}
