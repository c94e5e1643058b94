using System.Globalization;
using BackupPortal.Core.Export;
using BackupPortal.Core.Messages;
using BackupPortal.Tests.Sources;
using Microsoft.Data.Sqlite;

namespace BackupPortal.Tests.Export;

/// <summary>What the shell of SQLite makes of an export is what was exported.</summary>
public sealed class SqliteSqlWriterTests
{
    [Fact]
    public async Task Import_OfChinook_GivesEqualContent()
    {
        using var rig = new ExportRig();
        File.Copy(Path.Combine(AppContext.BaseDirectory, "Data", "chinook.db"), rig.Database);

        await CheckAsync(rig);
    }

    [Fact]
    public async Task Import_OfEverySortOfTable_GivesEqualContent()
    {
        using var rig = ExportRig.Of(
            "PRAGMA page_size=1024; PRAGMA auto_vacuum=2; PRAGMA user_version=-7; PRAGMA application_id=1234567890",
            "CREATE TABLE plain(id INTEGER PRIMARY KEY, a, b TEXT DEFAULT 'it''s', CHECK (b <> 'no'))",
            "CREATE TABLE counted(id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT COLLATE NOCASE UNIQUE)",
            "CREATE TABLE unnumbered(a TEXT, b INT, PRIMARY KEY (b, a)) WITHOUT ROWID",
            "CREATE TABLE strict_one(a INTEGER, b REAL, c TEXT, d BLOB, e ANY) STRICT",
            "CREATE TABLE descending(id INTEGER PRIMARY KEY DESC, v)",
            "CREATE TABLE computed(a INT, twice INT GENERATED ALWAYS AS (a * 2) VIRTUAL, b TEXT, thrice INT AS (a * 3) STORED, c)",
            "CREATE TABLE rowids(rowid TEXT, _rowid_ TEXT, v)",
            "CREATE TABLE no_rowid_left(rowid, _rowid_, oid)",
            "CREATE TABLE child(id INTEGER PRIMARY KEY, parent INT NOT NULL REFERENCES plain(id), other REFERENCES child(id))",
            "CREATE VIEW seen AS SELECT id, a FROM plain -- all of it",
            "CREATE INDEX by_expression ON plain(lower(b), a DESC) WHERE a IS NOT NULL",
            "CREATE UNIQUE INDEX unique_part ON child(parent) WHERE other > 0",
            "CREATE TRIGGER logged AFTER INSERT ON plain BEGIN INSERT INTO counted(name) VALUES (new.b || ';'); END",
            "CREATE TRIGGER instead INSTEAD OF INSERT ON seen BEGIN SELECT 1; SELECT 2; END",
            "INSERT INTO plain VALUES(1, 'x', 'one'), (-9223372036854775808, NULL, 'two'), (9223372036854775807, x'00FF', NULL)",
            "INSERT INTO counted(id, name) VALUES(41, 'deleted'); DELETE FROM counted WHERE id = 41",
            "INSERT INTO unnumbered VALUES('b', 1), ('a', 2), ('a', 1)",
            "INSERT INTO strict_one VALUES(1, 2, 'c', x'', 'any'), (NULL, 0.5, NULL, NULL, 5)",
            "INSERT INTO descending VALUES(3, 'three'), (1, 'one')",
            "INSERT INTO computed(a, b, c) VALUES(1, 'b', 'c'), (NULL, NULL, 2.5)",
            "INSERT INTO rowids(oid, rowid, _rowid_, v) VALUES(17, 'r', 's', 1), (90, NULL, NULL, 'now')",
            "INSERT INTO no_rowid_left VALUES(1, 2, 3)",
            "INSERT INTO child VALUES(1, 99, 7), (2, 1, 1)",
            "PRAGMA ignore_check_constraints=ON; INSERT INTO plain VALUES(5, 1, 'no')",
            "ALTER TABLE plain ADD COLUMN added TEXT DEFAULT 'later'",
            "DELETE FROM plain WHERE id = 1",
            "ANALYZE");

        await CheckAsync(rig);
    }

    [Fact]
    public async Task Import_OfNamesThatNeedQuotes_GivesEqualContent()
    {
        using var rig = ExportRig.Of(
            "CREATE TABLE \"select\"(\"from\" INTEGER PRIMARY KEY, \"a\"\"b\" TEXT, \"two\nlines\" TEXT, [brackets] TEXT, `ticks` TEXT, \"Größe ☃\" REAL, \"\"\"\" INT, \";\" INT)",
            "INSERT INTO \"select\" VALUES(1, 'x', 'y', 'z', 't', 1.5, 2, 3)",
            "CREATE TABLE \"it's; --\n.shell echo run\"(a)",
            "INSERT INTO \"it's; --\n.shell echo run\" VALUES('.quit'), ('\n.quit\n;\n/\ngo\n')",
            "CREATE TABLE backupportal_import(step)",
            "INSERT INTO backupportal_import VALUES(1)",
            "CREATE INDEX \"an index; '\" ON \"select\"(\"a\"\"b\", \";\")");

        await CheckAsync(rig);
    }

    [Theory]
    [InlineData("UTF-8")]
    [InlineData("UTF-16le")]
    [InlineData("UTF-16be")]
    public async Task Import_OfValuesOfEverySort_GivesThemToTheBit(string encoding)
    {
        using var rig = ExportRig.Of(
            $"PRAGMA encoding='{encoding}'",
            "CREATE TABLE texts(v TEXT)",
            "CREATE TABLE loose(v)",
            "CREATE TABLE reals(v REAL)",
            "INSERT INTO texts VALUES(''), ('''quoted'''), ('Grüße ☃ 😀'), ('a' || char(0) || 'b'), (char(0)), (char(13, 10)), ('line' || char(13, 10) || 'line'), (char(10)), (char(65279) || 'mark')",
            "INSERT INTO texts VALUES(CAST(x'C3' AS TEXT)), (CAST(x'FF00FE41' AS TEXT)), (CAST(x'D83D' AS TEXT)), (CAST(x'3DD8' AS TEXT)), (CAST(x'EDA080' AS TEXT))",
            "INSERT INTO loose VALUES(1), ('1'), (x'31'), (1.0), (NULL), (''), (x''), (zeroblob(70000)), (9223372036854775807), (-9223372036854775808), ('9e999'), (9e999), (-9e999)",
            "INSERT INTO loose SELECT v FROM texts");
        AddReals(rig.Database);

        await CheckAsync(rig);
    }

    [Fact]
    public async Task Import_OfVirtualTables_GivesEqualContentAndFindsTheSame()
    {
        using var rig = ExportRig.Of(
            "CREATE VIRTUAL TABLE notes USING fts5(title, body, tokenize='porter unicode61')",
            "INSERT INTO notes VALUES('Ausflug', 'Wir fahren ans Meer'), ('Noten', 'alle eingetragen'), ('Elternabend', 'am Freitag')",
            "DELETE FROM notes WHERE title = 'Noten'",
            "INSERT INTO notes(notes, rank) VALUES('rank', 'bm25(10.0, 5.0)')",
            "CREATE VIRTUAL TABLE without_content USING fts5(body, content='')",
            "INSERT INTO without_content(rowid, body) VALUES(12, 'nur der Index'), (40, 'bleibt übrig')",
            "CREATE TABLE kept(id INTEGER PRIMARY KEY, body TEXT)",
            "CREATE VIRTUAL TABLE outside USING fts5(body, content='kept', content_rowid='id', columnsize=0)",
            "INSERT INTO kept VALUES(7, 'steht in der Tabelle')",
            "INSERT INTO outside(rowid, body) VALUES(7, 'steht in der Tabelle')",
            "CREATE VIRTUAL TABLE older USING fts4(a, b)",
            "INSERT INTO older VALUES('eins', 'zwei')",
            "INSERT INTO older(older) VALUES('automerge=4')",
            "CREATE VIRTUAL TABLE places USING rtree(id, x0, x1, y0, y1, +label)",
            "INSERT INTO places VALUES(1, 0, 10, 0, 10, 'Hof'), (2, 5.5, 7, 5, 9, 'Turnhalle')",
            "CREATE VIRTUAL TABLE words USING fts5vocab('notes', 'row')");

        await CheckAsync(rig);

        using var imported = TestDatabase.Open(rig["imported.db"]);
        Assert.Equal("Ausflug", TestDatabase.Scalar(imported, "SELECT title FROM notes WHERE notes MATCH 'fahren'"));
        Assert.Equal(40L, TestDatabase.Scalar(imported, "SELECT rowid FROM without_content WHERE without_content MATCH 'bleibt'"));
        Assert.Equal(7L, TestDatabase.Scalar(imported, "SELECT rowid FROM outside WHERE outside MATCH 'tabelle'"));
        Assert.Equal(1L, TestDatabase.Scalar(imported, "SELECT count(*) FROM older WHERE older MATCH 'zwei'"));
        Assert.Equal(2L, TestDatabase.Scalar(imported, "SELECT count(*) FROM places WHERE x0 < 6 AND x1 > 6"));
        TestDatabase.Execute(imported, "INSERT INTO notes(notes) VALUES('integrity-check')");
    }

    [Fact]
    public async Task Import_OfAModuleThatIsNotHere_KeepsItsContentAndSaysSo()
    {
        using var rig = ExportRig.Of(
            "CREATE TABLE t(a)",
            "INSERT INTO t VALUES(1)",
            "CREATE TABLE far_content(id INTEGER PRIMARY KEY, c0)",
            "INSERT INTO far_content VALUES(1, 'kept')",
            "PRAGMA writable_schema=ON; INSERT INTO sqlite_schema VALUES('table', 'far', 'far', 0, 'CREATE VIRTUAL TABLE far USING spellings(word' || char(10) || '.shell echo run' || char(10) || ')')");

        var notices = await rig.WriteAsync(new SqliteSqlWriter(), "export.sql.gz");

        Assert.Contains("far", Assert.Single(notices).ToString(), StringComparison.Ordinal);
        Assert.Equal("", await ImportAsync(rig));
        Assert.Equal("kept", TestDatabase.Scalar(rig["imported.db"], "SELECT c0 FROM far_content"));
    }

    [Fact]
    public async Task Import_OfASchemaWithMoreThanOneStatementInAnEntry_RunsTheFirstOnly()
    {
        using var rig = ExportRig.Of(
            "CREATE TABLE t(a)",
            "PRAGMA writable_schema=ON; UPDATE sqlite_schema SET sql = sql || ';' || char(10) || '.shell echo run' || char(10) || 'CREATE TABLE more(b);'");

        await rig.WriteAsync(new SqliteSqlWriter(), "export.sql.gz");

        Assert.Equal("", await ImportAsync(rig));
        Assert.Equal(1L, TestDatabase.Scalar(rig["imported.db"], "SELECT count(*) FROM sqlite_schema"));
    }

    [Fact]
    public async Task Import_OfAViewThatEndsInAComment_ClosesIt()
    {
        using var rig = ExportRig.Of("CREATE VIEW open_ended AS SELECT 1 /* never closed", "CREATE VIEW next AS SELECT 2 -- two");

        await rig.WriteAsync(new SqliteSqlWriter(), "export.sql.gz");

        Assert.Equal("", await ImportAsync(rig));
        Assert.Equal(3L, TestDatabase.Scalar(rig["imported.db"], "SELECT (SELECT * FROM open_ended) + (SELECT * FROM next)"));
    }

    [Fact]
    public async Task Import_OfAnEmptyFile_GivesAnEmptyDatabase()
    {
        using var rig = new ExportRig();
        await File.WriteAllBytesAsync(rig.Database, [], TestContext.Current.CancellationToken);

        await rig.WriteAsync(new SqliteSqlWriter(), "export.sql.gz");

        Assert.Equal("", await ImportAsync(rig));
        Assert.Equal(0L, TestDatabase.Scalar(rig["imported.db"], "SELECT count(*) FROM sqlite_schema"));
    }

    [Fact]
    public async Task Import_OfARowThatIsTooLongForAStatement_GivesEqualContent()
    {
        using var rig = ExportRig.Of(
            "CREATE TABLE t(a BLOB, b TEXT, c INT)",
            "INSERT INTO t VALUES(randomblob(500), 'short', 1), (randomblob(100000), hex(randomblob(20001)), 2), (NULL, hex(randomblob(9000)), 3)");

        await CheckAsync(rig, new SqliteSqlWriter { LongestRowBytes = 10_000 });
    }

    [Fact]
    public async Task Import_OfAFileThatEndsAnywhere_GivesNothing()
    {
        using var rig = ExportRig.Of("CREATE TABLE t(id INTEGER PRIMARY KEY, a)", "CREATE INDEX i ON t(a)", "INSERT INTO t(a) VALUES('one'), ('two')");
        await rig.WriteAsync(new SqliteSqlWriter(), "export.sql.gz");
        var script = await StockTool.RunAsync("gunzip", "-c", rig["export.sql.gz"]);
        var end = script.IndexOf("COMMIT;", StringComparison.Ordinal);
        Assert.True(end > 0);

        for (var length = 0; length < end + "COMMIT".Length; length += 41)
        {
            File.Delete(rig["cut.db"]);
            await File.WriteAllTextAsync(rig["cut.sql"], script[..length], TestContext.Current.CancellationToken);
            await StockTool.TryAsync("bash", "-c", "sqlite3 \"$0\" < \"$1\"", rig["cut.db"], rig["cut.sql"]);

            Assert.Equal(0L, TestDatabase.Scalar(rig["cut.db"], "SELECT count(*) FROM sqlite_schema"));
        }
    }

    [Theory]
    [InlineData("INSERT INTO \"t\" VALUES(1,", "INSERT INTO \"t\" VALUES(1,nothing,")]
    [InlineData("CREATE TABLE t(", "CREATE TABLE t(NOT,")]
    [InlineData("CREATE INDEX i ON t", "CREATE INDEX i ON nothing")]
    [InlineData("CREATE VIEW v AS", "CREATE VIEW v IS")]
    [InlineData("(2,'two')", "(1,'two')")]
    [InlineData("COMMIT;", "")]
    public async Task Import_OfAFileWithAnError_GivesNothingThoughTheShellGoesOn(string from, string to)
    {
        using var rig = ExportRig.Of(
            "CREATE TABLE t(id INTEGER PRIMARY KEY, a)", "CREATE TABLE u(b)", "CREATE INDEX i ON t(a)", "CREATE VIEW v AS SELECT a FROM t", "INSERT INTO u VALUES(3)", "INSERT INTO t(a) VALUES('one'), ('two')");
        await rig.WriteAsync(new SqliteSqlWriter(), "export.sql.gz");
        var script = await StockTool.RunAsync("gunzip", "-c", rig["export.sql.gz"]);
        Assert.Contains(from, script, StringComparison.Ordinal);
        await File.WriteAllTextAsync(rig["wrong.sql"], script.Replace(from, to, StringComparison.Ordinal), TestContext.Current.CancellationToken);

        await StockTool.TryAsync("bash", "-c", "sqlite3 \"$0\" < \"$1\"", rig["wrong.db"], rig["wrong.sql"]);

        Assert.Equal(0L, TestDatabase.Scalar(rig["wrong.db"], "SELECT count(*) FROM sqlite_schema"));
    }

    [Fact]
    public async Task Write_Twice_GivesTheSameBytes()
    {
        using var rig = new ExportRig();
        File.Copy(Path.Combine(AppContext.BaseDirectory, "Data", "chinook.db"), rig.Database);

        await rig.WriteAsync(new SqliteSqlWriter(), "one");
        await rig.WriteAsync(new SqliteSqlWriter(), "other");

        Assert.Equal(await File.ReadAllBytesAsync(rig["one"], TestContext.Current.CancellationToken), await File.ReadAllBytesAsync(rig["other"], TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Write_ToAStreamThatFails_GivesItsError()
    {
        using var rig = ExportRig.Of("CREATE TABLE t(a)", "INSERT INTO t SELECT randomblob(100000) FROM (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100) SELECT i FROM n)");
        await using var output = new FullStream(1_000_000);

        var failure = await Assert.ThrowsAsync<IOException>(() => rig.WriteAsync(new SqliteSqlWriter(), output, static (_, _) => { }));

        Assert.Equal(FullStream.Words, failure.Message);
    }

    [Fact]
    public async Task Write_Cancelled_StopsBetweenRows()
    {
        using var rig = ExportRig.Of("CREATE TABLE t(a)", "INSERT INTO t WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50000) SELECT i FROM n");
        using var stop = new CancellationTokenSource();
        var reports = new List<long>();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => rig.WriteAsync(
            new SqliteSqlWriter(),
            Stream.Null,
            (done, total) =>
            {
                reports.Add(done);
                stop.Cancel();
            },
            stop.Token));

        Assert.Single(reports);
    }

    [Fact]
    public async Task Write_OfADamagedDatabase_SaysSo()
    {
        using var rig = ExportRig.Of("CREATE TABLE t(a)", "INSERT INTO t SELECT randomblob(3000) FROM (VALUES (1), (2), (3), (4), (5), (6))");
        var bytes = await File.ReadAllBytesAsync(rig.Database, TestContext.Current.CancellationToken);
        bytes.AsSpan(4096, 4096).Fill(0xEE);
        await File.WriteAllBytesAsync(rig.Database, bytes, TestContext.Current.CancellationToken);

        var failure = await Assert.ThrowsAsync<PortalException>(() => rig.WriteAsync(new SqliteSqlWriter(), "export.sql.gz"));

        Assert.Equal("DatabaseUnreadable", failure.What.Key);
    }

    private static async Task CheckAsync(ExportRig rig, SqliteSqlWriter? writer = null)
    {
        Assert.Empty(await rig.WriteAsync(writer ?? new SqliteSqlWriter(), "export.sql.gz"));
        Assert.Equal("", await ImportAsync(rig));
        Assert.Equal(DatabaseContent.Of(rig.Database), DatabaseContent.Of(rig["imported.db"]));
        Assert.Equal(TestDatabase.Scalar(rig.Database, "PRAGMA integrity_check"), TestDatabase.Scalar(rig["imported.db"], "PRAGMA integrity_check"));
    }

    private static Task<string> ImportAsync(ExportRig rig) => StockTool.RunAsync("bash", "-c", "set -o pipefail; gunzip -c \"$0\" | sqlite3 \"$1\" 2>&1", rig["export.sql.gz"], rig["imported.db"]);

    /// <summary>Limits, and numbers of all sizes; half of them with few digits, whose shortest text may lie far from the number.</summary>
    private static void AddReals(string database)
    {
        var random = new Random(5);
        using var connection = TestDatabase.Open(database);
        using var transaction = connection.BeginTransaction();
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = "INSERT INTO reals VALUES($v)";
        var value = command.Parameters.Add("$v", SqliteType.Real);
        double[] special = [0.0, -0.0, double.Epsilon, -double.Epsilon, double.MaxValue, double.MinValue, 2.2250738585072014E-308, 2.225073858507201E-308, 1e308, 1e22, 1e23, 9007199254740993, 0.1, 1 / 3.0, 5e-324, 123456789012345680, double.PositiveInfinity, double.NegativeInfinity];
        var few = Enumerable.Range(0, 3000).Select(_ => double.Parse($"{random.Next()}.{random.Next()}"[..random.Next(3, 17)].TrimEnd('.'), CultureInfo.InvariantCulture));
        var any = Enumerable.Range(0, 3000).Select(_ => BitConverter.Int64BitsToDouble(random.NextInt64())).Where(double.IsFinite);
        foreach (var one in special.Concat(few).Concat(any))
        {
            value.Value = one;
            command.ExecuteNonQuery();
        }
        transaction.Commit();
    }
}
