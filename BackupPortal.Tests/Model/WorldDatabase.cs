using System.Globalization;
using System.Runtime.Versioning;
using System.Text;
using Microsoft.Data.Sqlite;

namespace BackupPortal.Tests.Model;

/// <summary>A live database and its application, which does what it likes.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed class WorldDatabase : IDisposable
{
    private const long MostBytes = 400_000;

    private static readonly int[] pageSizes = [512, 512, 512, 1024, 2048, 4096];
    private static readonly string[] modes = ["WAL", "WAL", "DELETE", "TRUNCATE", "PERSIST"];

    private readonly string captured;
    private readonly Random random;
    private SqliteConnection connection;
    private SqliteTransaction? open;
    private int names;

    public WorldDatabase(string path, string captured, Random random)
    {
        this.captured = captured;
        this.random = random;
        Path = path;
        connection = Connect(SqliteOpenMode.ReadWriteCreate);
        Execute($"PRAGMA encoding='{(random.Next(4) == 0 ? "UTF-16le" : "UTF-8")}'");
        Execute($"PRAGMA page_size={Pick(pageSizes)}; PRAGMA auto_vacuum={random.Next(3)}; PRAGMA journal_mode={Pick(modes)}");
        for (var i = random.Next(1, 4); i > 0; i--)
            CreateTable();
        Write();
    }

    public string Path { get; }

    private bool IsWal => (string)Scalar("PRAGMA journal_mode")! == "wal";

    /// <summary>The committed state, read by a connection of its own that leaves the write-ahead log as it is.</summary>
    public DatabaseState Capture()
    {
        Clear(captured);
        using (var live = Connect(SqliteOpenMode.ReadOnly))
        using (var copy = new SqliteConnection(Source(captured, SqliteOpenMode.ReadWriteCreate)))
        {
            copy.Open();
            live.BackupDatabase(copy);
        }
        return DatabaseState.Of(captured);
    }

    /// <summary>One transaction of a few changes, now and then rolled back.</summary>
    public string Write()
    {
        Settle();
        var told = new StringBuilder();
        using var transaction = connection.BeginTransaction();
        for (var i = random.Next(1, 6); i > 0; i--)
            told.Append(CultureInfo.InvariantCulture, $"{Change()}; ");
        if (random.Next(12) == 0)
        {
            transaction.Rollback();
            return told + "rolled back";
        }
        transaction.Commit();
        return told + "committed";
    }

    /// <summary>Begins a transaction and leaves it open: nothing of it may be in a snapshot.</summary>
    public string LeaveOpen()
    {
        Settle();
        open = connection.BeginTransaction();
        return $"left open: {Change()}";
    }

    /// <summary>Things that move pages, or change how the file is kept.</summary>
    public string Maintain()
    {
        Settle();
        var sql = random.Next(11) switch
        {
            0 or 1 => "VACUUM",
            2 => $"PRAGMA auto_vacuum={random.Next(3)}; VACUUM",
            3 => $"PRAGMA incremental_vacuum({random.Next(1, 40)})",
            4 => $"PRAGMA journal_mode=DELETE; PRAGMA page_size={Pick(pageSizes)}; VACUUM; PRAGMA journal_mode={Pick(modes)}",
            5 => $"PRAGMA journal_mode={Pick(modes)}",
            6 => IsWal ? "PRAGMA wal_checkpoint(TRUNCATE)" : "REINDEX",
            7 => IsWal ? "PRAGMA wal_checkpoint(PASSIVE)" : "ANALYZE",
            8 => $"PRAGMA user_version={random.Next(100)}; PRAGMA application_id={random.Next(100)}",
            9 => $"PRAGMA secure_delete={random.Next(2)}",
            _ => "",
        };
        if (sql.Length > 0)
        {
            Execute(sql);
            return sql;
        }
        connection.Dispose();
        connection = Connect(SqliteOpenMode.ReadWrite);
        return "closed and opened";
    }

    /// <summary>Makes a restored database the live one, as an operator would with the application stopped.</summary>
    public void Become(string file)
    {
        Settle();
        connection.Dispose();
        Clear(Path);
        File.Copy(file, Path);
        connection = Connect(SqliteOpenMode.ReadWrite);
        Execute($"PRAGMA journal_mode={Pick(modes)}");
    }

    public void Dispose()
    {
        open?.Dispose();
        connection.Dispose();
    }

    private static string Source(string path, SqliteOpenMode mode) =>
        new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false, DefaultTimeout = 10 }.ToString();

    private static void Clear(string path)
    {
        foreach (var suffix in new[] { "", "-wal", "-shm", "-journal" })
            File.Delete(path + suffix);
    }

    private SqliteConnection Connect(SqliteOpenMode mode)
    {
        var made = new SqliteConnection(Source(Path, mode));
        made.Open();
        return made;
    }

    private void Settle()
    {
        if (open is null)
            return;
        if (random.Next(2) == 0)
            open.Commit();
        else
            open.Rollback();
        open.Dispose();
        open = null;
    }

    private string Change()
    {
        var tables = Names("SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 't%' ORDER BY name");
        if (tables.Count == 0)
            return CreateTable();
        var table = Pick(tables);
        if ((long)Scalar("PRAGMA page_count")! * (long)Scalar("PRAGMA page_size")! > MostBytes)
            return tables.Count > 1 && random.Next(2) == 0 ? Drop(table) : Delete(table, random.Next(1, 3));
        return random.Next(20) switch
        {
            < 7 => Insert(table),
            < 12 => Update(table),
            < 15 => Delete(table, random.Next(2, 30)),
            15 => CreateTable(),
            16 => tables.Count > 1 ? Drop(table) : Insert(table),
            17 => CreateIndex(table),
            18 => DropIndex(table),
            _ => CreateView(table),
        };
    }

    private string CreateTable()
    {
        var (name, without) = ($"t{++names}", random.Next(4) == 0 ? " WITHOUT ROWID" : "");
        Execute($"CREATE TABLE {name}(id INTEGER PRIMARY KEY, a TEXT, b BLOB, c REAL){without}");
        return $"create {name}{without}; {Insert(name)}";
    }

    private string Insert(string table)
    {
        var (rows, large) = (random.Next(1, 40), random.Next(8) == 0);
        using var command = connection.CreateCommand();
        command.CommandText = $"INSERT INTO {table} SELECT coalesce(max(id), 0) + $step, $a, $b, $c FROM {table}";
        for (var i = 0; i < rows; i++)
        {
            command.Parameters.Clear();
            command.Parameters.AddWithValue("$step", random.Next(1, 3));
            Fill(command, large);
            command.ExecuteNonQuery();
        }
        return $"insert {rows} into {table}{(large ? " (large)" : "")}";
    }

    private string Update(string table)
    {
        var (every, which) = (random.Next(1, 40), random.Next(40));
        using var command = connection.CreateCommand();
        command.CommandText = $"UPDATE {table} SET a = $a, b = $b, c = $c WHERE id % {every} = {which % every}";
        Fill(command, random.Next(20) == 0);
        return $"update {command.ExecuteNonQuery()} of {table}";
    }

    private string Delete(string table, int every)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"DELETE FROM {table} WHERE id % {every} = {random.Next(every)}";
        return $"delete {command.ExecuteNonQuery()} from {table}";
    }

    private string Drop(string table)
    {
        foreach (var view in Names($"SELECT name FROM sqlite_master WHERE type = 'view' AND sql LIKE '% {table} %' ORDER BY name"))
            Execute($"DROP VIEW {view}");
        Execute($"DROP TABLE {table}");
        return $"drop {table}";
    }

    private string CreateIndex(string table)
    {
        Execute($"CREATE INDEX i{++names} ON {table}({Pick(["a", "c, a", "b"])})");
        return $"index i{names} on {table}";
    }

    private string DropIndex(string table)
    {
        var indexes = Names($"SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = '{table}' AND sql IS NOT NULL ORDER BY name");
        if (indexes.Count == 0)
            return CreateIndex(table);
        var index = Pick(indexes);
        Execute($"DROP INDEX {index}");
        return $"drop {index}";
    }

    private string CreateView(string table)
    {
        Execute($"CREATE VIEW v{++names} AS SELECT id FROM {table} WHERE c > 0");
        return $"view v{names}";
    }

    private void Fill(SqliteCommand command, bool large)
    {
        var blob = new byte[large ? random.Next(1000, 8000) : random.Next(60)];
        random.NextBytes(blob);
        // Half of it compresses well.
        blob.AsSpan(0, blob.Length / 2).Fill((byte)random.Next(256));
        command.Parameters.AddWithValue("$a", random.Next(15) == 0 ? DBNull.Value : $"Schüler {random.Next(1000)} der Klasse {random.Next(5, 13)}");
        command.Parameters.AddWithValue("$b", blob);
        command.Parameters.AddWithValue("$c", random.NextDouble() - 0.5);
    }

    private List<string> Names(string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var found = new List<string>();
        while (reader.Read())
            found.Add(reader.GetString(0));
        return found;
    }

    private void Execute(string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private object? Scalar(string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }

    private T Pick<T>(IReadOnlyList<T> from) => from[random.Next(from.Count)];
}
