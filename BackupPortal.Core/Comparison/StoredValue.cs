using SQLitePCL;

namespace BackupPortal.Core.Comparison;

/// <summary>One value of SQLite's: null, <see cref="long"/>, <see cref="double"/>, text as UTF-8, or bytes.</summary>
/// <param name="Value">A <see cref="string"/> for text, an array for bytes.</param>
internal readonly record struct StoredValue(object? Value)
{
    public static implicit operator StoredValue(long value) => new(value);

    public int Bind(sqlite3_stmt statement, int index) => Value switch
    {
        null => raw.sqlite3_bind_null(statement, index),
        long integer => raw.sqlite3_bind_int64(statement, index, integer),
        double real => raw.sqlite3_bind_double(statement, index, real),
        string text => raw.sqlite3_bind_text(statement, index, text),
        byte[] bytes => bytes.Length == 0 ? raw.sqlite3_bind_zeroblob(statement, index, 0) : raw.sqlite3_bind_blob(statement, index, bytes),
        _ => throw new InvalidOperationException($"SQLite has no {Value.GetType().Name}."),
    };
}
