using BackupPortal.Core.Comparison;
using BackupPortal.Core.Restore;
using BackupPortal.Tests.Comparison;
using BackupPortal.Tests.Sources;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace BackupPortal.Tests.Restore;

public sealed class RowSwapTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly RowSwap _swap = new(new NoCheckpoint(), NullLogger<RowSwap>.Instance);
    private int? _mark;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 40)];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Live => _folder["live.db"];

    private string Staged => _folder["staged.db"];

    private string Kept => _folder["kept.db"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Run_DatabasesAtRandom_GivesTheStagedOne(int seed)
    {
        var random = new RandomDatabase(seed);
        Stage(random.Create());
        for (var i = random.Next(60); i > 0; i--)
            TestDatabase.Execute(Live, random.Change());

        Assert.True(await RunAsync());

        AssertAsStaged();
    }

    [Fact]
    public async Task Run_EveryKindOfTable_GivesTheStagedOneWithoutTriggersOrChecks()
    {
        Stage("""
            PRAGMA user_version = 7; PRAGMA application_id = 99; PRAGMA foreign_keys = OFF;
            CREATE TABLE counted (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE, twice TEXT AS (name || name) STORED, again TEXT AS (upper(name)), CHECK (length(name) < 20));
            CREATE TABLE told (at INTEGER PRIMARY KEY, what TEXT);
            CREATE TABLE exact (a INTEGER, b REAL, c TEXT, d BLOB, e ANY) STRICT;
            CREATE TABLE child (id TEXT PRIMARY KEY, parent INTEGER REFERENCES counted(id) ON DELETE CASCADE) WITHOUT ROWID;
            CREATE TABLE "odd ""name" ("rowid" TEXT, "order" INTEGER DEFAULT 5);
            CREATE INDEX loud ON counted(upper(name)) WHERE id > 2;
            CREATE VIEW all_of_it AS SELECT * FROM counted;
            CREATE VIRTUAL TABLE search USING fts5(name, content='counted', content_rowid='id');
            CREATE VIRTUAL TABLE plain USING fts5(words);
            CREATE VIRTUAL TABLE box USING rtree(id, x0, x1);
            CREATE TRIGGER tell AFTER INSERT ON counted BEGIN INSERT INTO told(what) VALUES ('in ' || new.name); INSERT INTO search(rowid, name) VALUES (new.id, new.name); END;
            CREATE TRIGGER tell_out AFTER DELETE ON counted BEGIN INSERT INTO told(what) VALUES ('out ' || old.name); INSERT INTO search(search, rowid, name) VALUES ('delete', old.id, old.name); END;
            INSERT INTO counted(name) VALUES ('one'), ('two'), ('three'), ('four');
            INSERT INTO child VALUES ('a', 1), ('b', 2), ('c', 3);
            INSERT INTO exact VALUES (1, 1.0, 'x', x'00ff', 'text'), (NULL, 2.5, '', x'', 7), (1, 1.0, 'x', x'00ff', 'text');
            INSERT INTO "odd ""name" VALUES ('r', 1), (NULL, NULL);
            INSERT INTO plain VALUES ('some words'), ('more words');
            INSERT INTO box VALUES (1, 0, 1), (2, 5, 6);
            ANALYZE;
            """);
        TestDatabase.Execute(Live, """
            PRAGMA user_version = 8; PRAGMA application_id = 1; PRAGMA foreign_keys = ON;
            DELETE FROM counted WHERE id = 1; INSERT INTO counted(name) VALUES ('five'), ('one');
            UPDATE counted SET name = 'swap' WHERE id = 2; UPDATE counted SET name = 'two' WHERE id = 3; UPDATE counted SET name = 'three' WHERE id = 2;
            DELETE FROM exact WHERE rowid = 1; UPDATE exact SET e = x'01' WHERE rowid = 2;
            UPDATE "odd ""name" SET "rowid" = 's'; DELETE FROM child WHERE id = 'c'; INSERT INTO child VALUES ('C', 4);
            INSERT INTO plain VALUES ('later words'); DELETE FROM plain WHERE rowid = 1; INSERT INTO box VALUES (3, 8, 9); DELETE FROM box WHERE id = 1;
            ANALYZE;
            """);

        Assert.True(await RunAsync());

        AssertAsStaged();
        using var live = TestDatabase.Open(Live);
        Assert.Equal("7 99 4", $"{TestDatabase.Scalar(live, "PRAGMA user_version")} {TestDatabase.Scalar(live, "PRAGMA application_id")} {TestDatabase.Scalar(live, "SELECT seq FROM sqlite_sequence WHERE name = 'counted'")}");
        Assert.Equal("1 0", $"{TestDatabase.Scalar(live, "SELECT count(*) FROM plain('some')")} {TestDatabase.Scalar(live, "SELECT count(*) FROM plain('later')")}");
        Assert.Equal(1L, TestDatabase.Scalar(live, "SELECT rowid FROM search('one')"));
        Assert.Equal(2L, TestDatabase.Scalar(live, "SELECT count(*) FROM box WHERE x0 < 7"));
        TestDatabase.Execute(live, "INSERT INTO search(search) VALUES ('integrity-check'); INSERT INTO plain(plain) VALUES ('integrity-check');");
        Assert.Equal("ok", TestDatabase.Scalar(live, "SELECT rtreecheck('box')"));
    }

    [Fact]
    public async Task Run_WhileAnotherConnectionReads_LetsItKeepItsStateAndThenSeeTheNewOne()
    {
        Stage("PRAGMA journal_mode = WAL; CREATE TABLE t(a); INSERT INTO t VALUES ('then')");
        TestDatabase.Execute(Live, "UPDATE t SET a = 'now'");
        using var reader = TestDatabase.Open(Live);
        using var writer = TestDatabase.Open(Live);
        TestDatabase.Execute(reader, "BEGIN");
        Assert.Equal("now", TestDatabase.Scalar(reader, "SELECT a FROM t"));

        Assert.True(await RunAsync());

        Assert.Equal("now", TestDatabase.Scalar(reader, "SELECT a FROM t"));
        TestDatabase.Execute(reader, "COMMIT");
        Assert.Equal("then", TestDatabase.Scalar(reader, "SELECT a FROM t"));
        TestDatabase.Execute(writer, "UPDATE t SET a = a || ' and later'");
        Assert.Equal("then and later", TestDatabase.Scalar(reader, "SELECT a FROM t"));
    }

    [Fact]
    public async Task Run_WrittenToSinceTheCopy_WritesNothing()
    {
        Stage("CREATE TABLE t(a); INSERT INTO t VALUES ('then')");
        TestDatabase.Execute(Live, "UPDATE t SET a = 'now'");
        var (plan, at) = Plan();
        TestDatabase.Execute(Live, "UPDATE t SET a = 'later'");

        Assert.Null(await _swap.TryRunAsync(Live, Staged, plan!, at, _ => throw new InvalidOperationException("Too early.")));

        Assert.Equal("later", TestDatabase.Scalar(Live, "SELECT a FROM t"));
    }

    [Fact]
    public async Task Run_OtherRowsThanThePlanKnows_WritesNothing()
    {
        Stage("CREATE TABLE t(id INTEGER PRIMARY KEY, a); INSERT INTO t VALUES (1, 'then')");
        TestDatabase.Execute(Live, "UPDATE t SET a = 'now'");
        var (plan, at) = Plan();
        var wrong = plan! with { Tables = [plan.Tables[0] with { Ranges = [plan.Tables[0].Ranges[0] with { InSnapshot = 2 }] }] };

        Assert.Null(await _swap.TryRunAsync(Live, Staged, wrong, at, _ => throw new InvalidOperationException("Too early.")));

        Assert.Equal("now", TestDatabase.Scalar(Live, "SELECT a FROM t"));
    }

    [Fact]
    public async Task Run_StoppedBeforeTheCommit_LeavesLiveDataAndNoMark()
    {
        Stage("CREATE TABLE t(a); INSERT INTO t VALUES ('then')");
        TestDatabase.Execute(Live, "UPDATE t SET a = 'now'");
        var (plan, at) = Plan();
        var mark = 0;

        await Assert.ThrowsAsync<OperationCanceledException>(() => _swap.TryRunAsync(Live, Staged, plan!, at, given =>
        {
            mark = given;
            throw new OperationCanceledException();
        }));

        Assert.Equal("now", TestDatabase.Scalar(Live, "SELECT a FROM t"));
        Assert.False(RowSwap.HasHappened(Live, mark));
    }

    [Fact]
    public async Task HasHappened_AfterSomebodyHasChangedTheSchemaSince_StillKnows()
    {
        Stage("CREATE TABLE t(a); INSERT INTO t VALUES ('then')");
        TestDatabase.Execute(Live, "UPDATE t SET a = 'now'");
        Assert.True(await RunAsync());

        TestDatabase.Execute(Live, "CREATE TABLE more(b); DROP TABLE t");

        Assert.True(RowSwap.HasHappened(Live, _mark!.Value));
    }

    [Theory]
    [InlineData("ALTER TABLE t ADD COLUMN b")]
    [InlineData("CREATE INDEX i ON t(a)")]
    [InlineData("PRAGMA page_size = 8192; VACUUM")]
    [InlineData("INSERT INTO t SELECT value FROM generate_series(1, 101)")]
    [InlineData("UPDATE taken SET oid = 'changed'")]
    public void Make_MoreThanAFewRowsDiffer_GivesNoPlan(string change)
    {
        Stage("CREATE TABLE t(a); INSERT INTO t VALUES ('then'); CREATE TABLE taken(rowid, _rowid_, oid); INSERT INTO taken VALUES (1, 2, 3)");
        TestDatabase.Execute(Live, change.Replace("SELECT value FROM generate_series(1, 101)", "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 101) SELECT i FROM n", StringComparison.Ordinal));

        Assert.Null(Plan(most: 100).Plan);
    }

    [Fact]
    public void FindRanges_ChangesFarApart_LeaveOutWhatIsBetween()
    {
        Stage("CREATE TABLE t(id INTEGER PRIMARY KEY, a); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) INSERT INTO t SELECT i, printf('%0100d', i) FROM n");
        TestDatabase.Execute(Live, "DELETE FROM t WHERE id IN (SELECT max(id) FROM t WHERE id < 2500); UPDATE t SET a = 'x' WHERE id IN (1, 5000)");

        var rows = Assert.Single(Plan().Plan!.Tables);

        Assert.Equal((3L, 2L), (rows.WrittenCount, rows.RemovedCount));
        Assert.Equal([1L, 2499L, 5000L], rows.Ranges.Select(static range => range.First));
        Assert.All(rows.Ranges, static range => Assert.Equal(range.First, range.Last));
    }

    private async Task<bool> RunAsync()
    {
        var (plan, at) = Plan();
        Assert.NotNull(plan);
        return await _swap.TryRunAsync(Live, Staged, plan, at, mark =>
        {
            Assert.False(RowSwap.HasHappened(Live, mark));
            _mark = mark;
            return Task.CompletedTask;
        }) is { LiveAfter: not null } && RowSwap.HasHappened(Live, _mark!.Value);
    }

    private void Stage(string sql)
    {
        TestDatabase.Create(Live, sql);
        Copy(Staged);
    }

    private (RowPlan? Plan, string At) Plan(long most = long.MaxValue)
    {
        Copy(Kept);
        return (RowPlanning.Make(Staged, Kept, most, Token), LiveDatabaseState.Fingerprint(Live));
    }

    /// <summary>Page for page, as a restore stages a database and keeps the live one.</summary>
    private void Copy(string file)
    {
        using var live = TestDatabase.Open(Live);
        using var copy = TestDatabase.Open(file);
        live.BackupDatabase(copy);
    }

    private void AssertAsStaged()
    {
        Copy(Kept);
        using (var files = ComparedFiles.Open(Staged, Kept, Token))
            Assert.Empty(files.FindDifferentTables(_folder.Path, Token));
        using var live = TestDatabase.Open(Live);
        Assert.Equal("ok", TestDatabase.Scalar(live, "PRAGMA integrity_check"));
        TestDatabase.Execute(live, $"ATTACH '{Staged}' AS staged");
        foreach (var table in Names(live))
        {
            var columns = string.Join(" || '|' || ", Columns(live, table).Select(column => $"typeof(\"{column}\") || quote(\"{column}\")"));
            Assert.Equal(Rows(live, $"SELECT {columns} FROM staged.\"{table}\" ORDER BY 1"), Rows(live, $"SELECT {columns} FROM main.\"{table}\" ORDER BY 1"));
        }
    }

    private static List<string> Names(SqliteConnection live) =>
        [.. Rows(live, "SELECT replace(name, '\"', '\"\"') FROM main.sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'")];

    private static List<string> Columns(SqliteConnection live, string table) =>
        Rows(live, $"SELECT name FROM pragma_table_xinfo('{table.Replace("\"\"", "\"", StringComparison.Ordinal)}', 'main')");

    private static List<string> Rows(SqliteConnection live, string sql)
    {
        using var command = live.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        List<string> rows = [];
        while (reader.Read())
            rows.Add(reader.GetString(0));
        return rows;
    }
}
