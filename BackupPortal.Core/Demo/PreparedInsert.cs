using SQLitePCL;

namespace BackupPortal.Core.Demo;

/// <summary>One prepared INSERT, run once for each row: add every column's value in order, then <see cref="Run"/>.</summary>
internal sealed class PreparedInsert(NewDatabase database, sqlite3_stmt statement) : IDisposable
{
    private int _column;

    public PreparedInsert Add(long value)
    {
        database.Check(raw.sqlite3_bind_int64(statement, ++_column, value));
        return this;
    }

    public PreparedInsert Add(double value)
    {
        database.Check(raw.sqlite3_bind_double(statement, ++_column, value));
        return this;
    }

    public PreparedInsert Add(string? value)
    {
        database.Check(value is null ? raw.sqlite3_bind_null(statement, ++_column) : raw.sqlite3_bind_text(statement, ++_column, value));
        return this;
    }

    public PreparedInsert AddNull() => Add((string?)null);

    /// <summary>Inserts the row.</summary>
    public void Run()
    {
        var stepped = raw.sqlite3_step(statement);
        database.Check(raw.sqlite3_reset(statement));
        if (stepped != raw.SQLITE_DONE)
            database.Check(stepped);
        _column = 0;
    }

    public void Dispose() => statement.Dispose();
}
