using BackupPortal.Core.Storage;
using Microsoft.Data.Sqlite;

namespace BackupPortal.Core.Comparison;

/// <summary>
/// What differs, row by row, in a scratch database: there may be millions. Rows that were seen on one side only are left over until the table's end; then those
/// that are the same after all, only elsewhere, cancel out. Not safe for concurrent use.
/// </summary>
internal sealed class DifferenceStore : IDisposable
{
    private const string SchemaSql =
        """
        PRAGMA page_size=8192; PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-4096;
        CREATE TABLE difference(id INTEGER PRIMARY KEY, tbl INTEGER NOT NULL, kind INTEGER NOT NULL, snapshotRow, otherRow);
        CREATE TABLE leftover(side INTEGER NOT NULL, identity BLOB, digest BLOB NOT NULL, row);
        CREATE INDEX leftoverIdentity ON leftover(side, identity, digest);
        CREATE TABLE record(side INTEGER NOT NULL, digest BLOB NOT NULL, row BLOB NOT NULL);
        CREATE TABLE file(id INTEGER PRIMARY KEY, kind INTEGER NOT NULL, path TEXT NOT NULL);
        BEGIN;
        """;

    // Equal rows cancel out one by one: a table without a key may hold the same row several times.
    private const string CancelLeftoversSql =
        """
        CREATE TEMP TABLE pair AS
            SELECT one.at AS at, other.at AS otherAt FROM
                (SELECT rowid AS at, identity, digest, row_number() OVER (PARTITION BY identity, digest ORDER BY row) AS n FROM leftover WHERE side = 0) AS one
                JOIN (SELECT rowid AS at, identity, digest, row_number() OVER (PARTITION BY identity, digest ORDER BY row) AS n FROM leftover WHERE side = 1) AS other
                ON one.digest = other.digest AND one.identity IS other.identity AND one.n = other.n;
        DELETE FROM leftover WHERE rowid IN (SELECT at FROM pair UNION ALL SELECT otherAt FROM pair);
        DROP TABLE pair;
        """;

    private const string CancelRecordsSql =
        """
        CREATE TEMP TABLE pair AS
            SELECT one.at AS at, other.at AS otherAt FROM
                (SELECT rowid AS at, digest, row_number() OVER (PARTITION BY digest) AS n FROM record WHERE side = 0) AS one
                JOIN (SELECT rowid AS at, digest, row_number() OVER (PARTITION BY digest) AS n FROM record WHERE side = 1) AS other
                ON one.digest = other.digest AND one.n = other.n;
        DELETE FROM record WHERE rowid IN (SELECT at FROM pair UNION ALL SELECT otherAt FROM pair);
        DROP TABLE pair;
        """;

    // A row without a key is known by its number.
    private const string SettleSql =
        """
        CREATE TEMP TABLE pair AS
            SELECT one.rowid AS at, other.rowid AS otherAt, one.row AS row, other.row AS otherRow
            FROM leftover AS one JOIN leftover AS other ON other.side = 1 AND other.identity = one.identity
            WHERE one.side = 0 AND one.identity IS NOT NULL
            UNION ALL
            SELECT one.rowid, other.rowid, one.row, other.row
            FROM (SELECT rowid, row FROM leftover WHERE side = 0 AND identity IS NULL) AS one
            JOIN (SELECT rowid, row FROM leftover WHERE side = 1 AND identity IS NULL) AS other ON other.row = one.row;
        INSERT INTO difference(tbl, kind, snapshotRow, otherRow) SELECT $1, 1, row, otherRow FROM pair ORDER BY row;
        DELETE FROM leftover WHERE rowid IN (SELECT at FROM pair UNION ALL SELECT otherAt FROM pair);
        DROP TABLE pair;
        INSERT INTO difference(tbl, kind, snapshotRow) SELECT $1, 0, row FROM leftover WHERE side = 0 ORDER BY row;
        INSERT INTO difference(tbl, kind, otherRow) SELECT $1, 2, row FROM leftover WHERE side = 1 ORDER BY row;
        DELETE FROM leftover;
        """;

    private readonly SqliteConnection connection;
    private readonly SqliteCommand addDifference;
    private readonly SqliteCommand addLeftover;
    private readonly SqliteCommand addRecord;
    private readonly SqliteCommand addFile;
    private bool hasLeftovers;

    /// <param name="folder">For the scratch database, which has no name there.</param>
    /// <exception cref="StorageException">The folder cannot be written.</exception>
    public DifferenceStore(string folder)
    {
        var path = Path.Combine(folder, $"differences.{Guid.NewGuid():N}");
        connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        try
        {
            Directory.CreateDirectory(folder);
            connection.Open();
            Execute(SchemaSql);
            if (!OperatingSystem.IsWindows())
                File.Delete(path);
        }
        catch (Exception e) when (StorageFailure.IsFromFileSystem(e))
        {
            connection.Dispose();
            throw StorageFailure.From(e, path);
        }
        addDifference = Prepare("INSERT INTO difference(tbl, kind, snapshotRow, otherRow) VALUES($1, $2, $3, $4)", 4);
        addLeftover = Prepare("INSERT INTO leftover(side, identity, digest, row) VALUES($1, $2, $3, $4)", 4);
        addRecord = Prepare("INSERT INTO record(side, digest, row) VALUES($1, $2, $3)", 3);
        addFile = Prepare("INSERT INTO file(kind, path) VALUES($1, $2)", 2);
    }

    /// <summary>A difference that is certain.</summary>
    /// <param name="row">Its number in the snapshot, and in the other state.</param>
    public void Add(int table, DifferenceKind kind, long row) =>
        Run(addDifference, table, (int)kind, kind == DifferenceKind.Disappear ? null : row, kind == DifferenceKind.ComeBack ? null : row);

    public void AddFile(DifferenceKind kind, string path) => Run(addFile, (int)kind, path);

    /// <param name="identity">Of the row's key; null when it has none.</param>
    /// <param name="row">Its number, or its record in a table without numbers.</param>
    public void AddLeftover(Side side, byte[]? identity, byte[] digest, object row)
    {
        hasLeftovers = true;
        Run(addLeftover, (int)side, identity, digest, row);
    }

    /// <summary>A record of a table without row numbers, as it is stored; see <see cref="TakeRecords"/>.</summary>
    public void AddRecord(Side side, byte[] digest, byte[] record) => Run(addRecord, (int)side, digest, record);

    /// <summary>The records that only one side has, which are forgotten then.</summary>
    public IEnumerable<(Side Side, byte[] Record)> TakeRecords()
    {
        Execute(CancelRecordsSql);
        using (var command = Prepare("SELECT side, row FROM record", 0))
        using (var reader = command.ExecuteReader())
        {
            while (reader.Read())
                yield return ((Side)reader.GetInt32(0), (byte[])reader.GetValue(1));
        }
        Execute("DELETE FROM record");
    }

    public void ForgetLeftovers() => Execute("DELETE FROM leftover");

    /// <summary>Ends a table: what is left over becomes its differences.</summary>
    public void Settle(int table)
    {
        if (!hasLeftovers)
            return;
        Execute(CancelLeftoversSql);
        using var settle = Prepare(SettleSql, 1);
        Run(settle, table);
        hasLeftovers = false;
    }

    public long Count(int table, DifferenceKind kind) => Count("SELECT count(*) FROM difference WHERE tbl = $1 AND kind = $2", table, (int)kind);

    public long CountFiles(DifferenceKind kind) => Count("SELECT count(*) FROM file WHERE kind = $1", (int)kind);

    /// <summary>A part of the differences of a kind, in the order of their rows.</summary>
    public IReadOnlyList<RowDifference> Read(int table, DifferenceKind kind, long skip, int take)
    {
        using var command = Prepare("SELECT snapshotRow, otherRow FROM difference WHERE tbl = $1 AND kind = $2 ORDER BY id LIMIT $3 OFFSET $4", 4);
        Bind(command, table, (int)kind, take, skip);
        using var reader = command.ExecuteReader();
        var rows = new List<RowDifference>();
        while (reader.Read())
            rows.Add(Row(reader, kind));
        return rows;
    }

    /// <summary>All differences of a kind, in the order of their rows. Nothing else is asked of the store until it ends.</summary>
    public IEnumerable<RowDifference> ReadAll(int table, DifferenceKind kind)
    {
        using var command = Prepare("SELECT snapshotRow, otherRow FROM difference WHERE tbl = $1 AND kind = $2 ORDER BY id", 2);
        Bind(command, table, (int)kind);
        using var reader = command.ExecuteReader();
        while (reader.Read())
            yield return Row(reader, kind);
    }

    public IReadOnlyList<string> ReadFiles(DifferenceKind kind, long skip, int take)
    {
        using var command = Prepare("SELECT path FROM file WHERE kind = $1 ORDER BY id LIMIT $2 OFFSET $3", 3);
        Bind(command, (int)kind, take, skip);
        using var reader = command.ExecuteReader();
        var paths = new List<string>();
        while (reader.Read())
            paths.Add(reader.GetString(0));
        return paths;
    }

    public void Dispose()
    {
        addDifference.Dispose();
        addLeftover.Dispose();
        addRecord.Dispose();
        addFile.Dispose();
        connection.Dispose();
    }

    private static RowDifference Row(SqliteDataReader reader, DifferenceKind kind) =>
        new(kind, reader.IsDBNull(0) ? null : reader.GetValue(0), reader.IsDBNull(1) ? null : reader.GetValue(1));

    private static void Bind(SqliteCommand command, params ReadOnlySpan<object?> values)
    {
        for (var i = 0; i < values.Length; i++)
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
    }

    private static void Run(SqliteCommand command, params ReadOnlySpan<object?> values)
    {
        Bind(command, values);
        command.ExecuteNonQuery();
    }

    private long Count(string sql, params ReadOnlySpan<object?> values)
    {
        using var command = Prepare(sql, values.Length);
        Bind(command, values);
        return (long)command.ExecuteScalar()!;
    }

    private SqliteCommand Prepare(string sql, int parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        for (var i = 1; i <= parameters; i++)
            command.Parameters.Add(new SqliteParameter($"${i}", null));
        return command;
    }

    private void Execute(string sql)
    {
        using var command = Prepare(sql, 0);
        command.ExecuteNonQuery();
    }
}

/// <param name="SnapshotRow">The row's number in the snapshot, or its record where rows have none; null when it is not there.</param>
/// <param name="OtherRow">The same in the other state.</param>
internal sealed record RowDifference(DifferenceKind Kind, object? SnapshotRow, object? OtherRow);
