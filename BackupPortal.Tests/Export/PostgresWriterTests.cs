using System.Globalization;
using BackupPortal.Core.Demo;
using BackupPortal.Core.Export;
using BackupPortal.Core.Messages;
using BackupPortal.Tests.Sources;

namespace BackupPortal.Tests.Export;

/// <summary>What a real PostgreSQL makes of an export, as an ordinary user.</summary>
public sealed class PostgresWriterTests(PostgresServer server) : IClassFixture<PostgresServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Import_OfChinook_GivesTheSameRowsKeysAndSequences()
    {
        using var rig = new ExportRig();
        File.Copy(Path.Combine(AppContext.BaseDirectory, "Data", "chinook.db"), rig.Database);

        var (database, notices) = await ImportAsync(rig);

        Assert.Empty(notices);
        Assert.Equal(11, await CheckTablesAsync(rig, database));
        Assert.Equal("11", await AskAsync(database, "SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND convalidated"));
        Assert.Equal("11", await AskAsync(database, "SELECT count(*) FROM pg_constraint WHERE contype = 'p' AND connamespace = 'public'::regnamespace"));
        Assert.Equal("276", await AskAsync(database, "INSERT INTO \"Artist\"(\"Name\") VALUES('new') RETURNING \"ArtistId\""));
        Assert.Equal("timestamp without time zone|numeric", await AskAsync(database, "SELECT max(data_type) FILTER (WHERE column_name = 'InvoiceDate') || '|' || max(data_type) FILTER (WHERE column_name = 'Total') FROM information_schema.columns WHERE table_name = 'Invoice'"));
    }

    [Fact]
    public async Task Import_OfASchool_GivesTheSameRowsKeysAndChecks()
    {
        using var rig = new ExportRig();
        await DemoSchoolGenerator.WriteAsync(DemoSchool.Park with { ClassesPerGrade = 1 }, rig.Database, rig["files"], Cancel);
        TestDatabase.Scalar(rig.Database, "PRAGMA wal_checkpoint(TRUNCATE)");

        var (database, notices) = await ImportAsync(rig);

        Assert.True(await CheckTablesAsync(rig, database) > 10);
        Assert.Equal(["view class_register", "trigger grades_are_logged", "trigger grades_need_a_lesson"], Told(notices, "PostgresNotTranslated"));
        Assert.Equal(3, notices.Count);
        var (refused, _, why) = await StockTool.TryAsync(
            "bash", "-c", "\"${BACKUPPORTAL_POSTGRES:-/usr/lib/postgresql/15/bin}/psql\" -h 127.0.0.1 -p \"$0\" -U school -c \"UPDATE students SET gender = 'x'\" \"$1\"", $"{server.Port}", database);
        Assert.True(refused != 0 && why.Contains("students_check", StringComparison.Ordinal), why);
    }

    [Fact]
    public async Task Import_OfValuesThatAreNotWhatTheirColumnsSay_KeepsThemAllAndSaysSo()
    {
        using var rig = ExportRig.Of(
            """
            CREATE TABLE t(id INTEGER PRIMARY KEY, text_in_int INT, real_in_int INTEGER, blob_in_text TEXT, any_sort, mixed BLOB,
              flag BOOLEAN, not_flag BOOLEAN, day DATE, not_day DATE, at DATETIME, not_at TIMESTAMP, price DECIMAL(5,2), no_price DECIMAL(5,2), short VARCHAR(3), long VARCHAR(3), r REAL, big NUMERIC, minus NUMERIC)
            """,
            """
            INSERT INTO t VALUES
              (1, 5, 5, 'text', 'x', 1, 1, 1, '2026-02-28', '2026-02-30', '2026-01-01 10:11:12', '2026-01-01T10:11:12', 123.45, 1234.5, 'äöü', 'äöüß', 1.0, 9223372036854775807, 1.5),
              (2, 'five', 2.5, x'00FF', 'y', 'text', 0, 7, NULL, '2026-01-01', '2026-01-01 10:11:12.25', NULL, 0.1, 1, '', NULL, -0.0, 0.5, 2),
              (3, '5', 1e300, NULL, NULL, 2.5, NULL, NULL, '0001-01-01', 'tomorrow', '9999-12-31 23:59:59', 17, -99, 12345, NULL, 'x', 9e999, -9223372036854775808, -9e999),
              (9223372036854775806, NULL, -9007199254740993, x'', 'back\slash' || char(9, 10, 13) || '\.' || char(10) || '\N', x'41', 1, 0, NULL, NULL, NULL, 2.5, NULL, NULL, NULL, NULL, 4.9e-324, 0, 3)
            """,
            "CREATE TABLE no_texts(id INTEGER PRIMARY KEY, nul TEXT, invalid TEXT)",
            "INSERT INTO no_texts VALUES(1, 'a' || char(0), CAST(x'C3' AS TEXT)), (2, 'plain', 'fine')");

        var (database, notices) = await ImportAsync(rig);

        // No reader of SQLite in .NET gives these as they are.
        Assert.Equal(@"\x6100\xc3 \x706c61696e\x66696e65", await AskAsync(database, "SELECT string_agg(nul::text || invalid::text, ' ' ORDER BY id) FROM no_texts"));
        Assert.Equal(1, await CheckTablesAsync(rig, database, except: "no_texts"));
        Assert.Equal(
            "bigint text numeric bytea text bytea boolean bigint date text timestamp text numeric(5,2) numeric varchar(3) text double numeric numeric",
            (await AskAsync(database, "SELECT string_agg(replace(replace(replace(format_type(atttypid, atttypmod), 'character varying', 'varchar'), ' without time zone', ''), ' precision', ''), ' ' ORDER BY attnum) FROM pg_attribute WHERE attrelid = 't'::regclass AND attnum > 0")));
        Assert.Equal(
            ["t.text_in_int", "t.real_in_int", "t.blob_in_text", "t.mixed", "t.not_at", "no_texts.nul", "no_texts.invalid"], Told(notices, "PostgresWidened"));
        Assert.Equal("9223372036854775807", await AskAsync(database, "INSERT INTO t(any_sort) VALUES('next') RETURNING id"));
    }

    [Fact]
    public async Task Import_OfNamesOfEverySort_KeepsThemOrSaysWhatTheyAreCalled()
    {
        var name = new string('ä', 40);
        using var rig = ExportRig.Of(
            "CREATE TABLE \"select \"\" '; -- $try$ \\! echo run\n\\! echo run\"(\"group\" INTEGER PRIMARY KEY, \"two\nlines :x\" TEXT, \"Ä ☃\" TEXT UNIQUE, CHECK (\"two\nlines :x\" <> 'no'))",
            "INSERT INTO \"select \"\" '; -- $try$ \\! echo run\n\\! echo run\" VALUES(1, 'x', 'y')",
            $"CREATE TABLE \"{name}1\"(a, \"{name}1\", \"{name}2\")",
            $"CREATE TABLE \"{name}2\"(a)",
            $"INSERT INTO \"{name}1\" VALUES(1, 2, 3)",
            $"INSERT INTO \"{name}2\" VALUES('second')",
            "CREATE TABLE system(ctid TEXT, xmin TEXT, oid TEXT)",
            "INSERT INTO system VALUES('c', 'x', 'o')",
            "CREATE INDEX system_ctid ON system(ctid)",
            "CREATE TABLE one(a)",
            "CREATE TABLE two(a REFERENCES one(a), PRIMARY KEY (a))",
            "CREATE INDEX two_pkey ON one(a)",
            "CREATE VIEW \"v\n\\! echo run\" AS SELECT '\n\\! echo run\n'");

        var (database, notices) = await ImportAsync(rig);

        var cut = new string('ä', 31);
        Assert.Equal([$"{name}1", $"{name}1.{name}1", $"{name}1.{name}2", $"{name}2", "system.ctid", "system.xmin"], Told(notices, "PostgresRenamed"));
        Assert.Equal("second", await AskAsync(database, $"SELECT a FROM \"{new string('ä', 29)}~2\""));
        Assert.Equal("2|3", await AskAsync(database, $"SELECT \"{cut}\", \"{new string('ä', 29)}~2\" FROM \"{cut}\""));
        Assert.Equal("c|x|o", await AskAsync(database, "SELECT \"ctid~2\", \"xmin~2\", oid FROM system"));
        Assert.Equal("x|y", await AskAsync(database, "SELECT \"two\nlines :x\", \"Ä ☃\" FROM \"select \"\" '; -- $try$ \\! echo run\n\\! echo run\""));
    }

    [Fact]
    public async Task Import_OfKeysAndIndexes_KeepsThoseThatPostgresCanHave()
    {
        using var rig = ExportRig.Of(
            "CREATE TABLE a(id INTEGER PRIMARY KEY, b_id INT REFERENCES b(id) ON DELETE SET NULL, name TEXT COLLATE NOCASE UNIQUE, active BOOLEAN DEFAULT 1, made TEXT DEFAULT CURRENT_TIMESTAMP, CHECK (active IN (0, 1)), CHECK (name GLOB '*'))",
            "CREATE TABLE b(id INTEGER PRIMARY KEY AUTOINCREMENT, a_id INT REFERENCES a(id) ON UPDATE CASCADE ON DELETE CASCADE)",
            "CREATE TABLE pair(x INT, y TEXT, z INT AS (x * 2) STORED, PRIMARY KEY (x, y)) WITHOUT ROWID",
            "CREATE TABLE pairs_child(x INT, y TEXT, n NOT NULL DEFAULT (1 + 1), FOREIGN KEY (x, y) REFERENCES pair(x, y))",
            "CREATE TABLE orphan(id INT REFERENCES a(id), gone REFERENCES missing(id), wrong TEXT REFERENCES a(id))",
            "CREATE TABLE loose_key(k TEXT PRIMARY KEY, v)",
            "CREATE TABLE log(at TEXT, what TEXT)",
            "CREATE INDEX plain ON log(at DESC, what)",
            "CREATE INDEX part ON log(at) WHERE what IS NOT NULL AND at > '2026'",
            "CREATE INDEX words ON log(lower(what))",
            "CREATE INDEX strange ON log(what) WHERE what LIKE 'x%'",
            "CREATE UNIQUE INDEX only_active ON a(b_id) WHERE active = 1",
            "CREATE VIRTUAL TABLE search USING fts5(body)",
            "CREATE TRIGGER tr AFTER INSERT ON log BEGIN DELETE FROM log WHERE at = ''; END",
            "INSERT INTO a(id, b_id, name) VALUES(1, 10, 'Anna'), (2, NULL, 'Änne'), (3, NULL, 'änne')",
            "INSERT INTO b VALUES(10, 1); INSERT INTO b VALUES(99, 1); DELETE FROM b WHERE id = 99",
            "INSERT INTO pair(x, y) VALUES(1, 'one')",
            "INSERT INTO pairs_child(x, y) VALUES(1, 'one'), (NULL, 'nothing')",
            "INSERT INTO orphan VALUES(2, NULL, NULL), (77, 5, '1')",
            "INSERT INTO loose_key VALUES(NULL, 1), (NULL, 2), ('k', 3)",
            "INSERT INTO log VALUES('2026', 'Started'), ('2027', hex(randomblob(4000)))",
            "INSERT INTO search VALUES('found')");

        var (database, notices) = await ImportAsync(rig, warnings: "index row size");

        Assert.Equal(8, await CheckTablesAsync(rig, database));
        Assert.Equal(
            "a_b_id_fkey:t b_a_id_fkey:t orphan_id_fkey:f pairs_child_x_fkey:t",
            await AskAsync(database, "SELECT string_agg(conname || ':' || CASE WHEN convalidated THEN 't' ELSE 'f' END, ' ' ORDER BY conname) FROM pg_constraint WHERE contype = 'f'"));
        Assert.Equal(
            "a_nocase_key only_active part",
            await AskAsync(database, "SELECT string_agg(indexname, ' ' ORDER BY indexname) FROM pg_indexes WHERE schemaname = 'public' AND indexname IN ('a_nocase_key', 'only_active', 'part', 'plain', 'words', 'strange')"));
        Assert.Equal("100", await AskAsync(database, "INSERT INTO b DEFAULT VALUES RETURNING id"));
        Assert.Equal("4|t|t", await AskAsync(database, "INSERT INTO a(name) VALUES('new') RETURNING id, active, made > '2026'"));
        Assert.Equal("0", await AskAsync(database, "WITH gone AS (DELETE FROM a WHERE id = 1 RETURNING 1) SELECT 0"));
        Assert.Equal("", await AskAsync(database, "SELECT id FROM b WHERE id = 10"));
        Assert.Equal(["pair.z"], Told(notices, "PostgresGenerated"));
        Assert.Equal(["search"], Told(notices, "PostgresVirtualTable"));
        Assert.Equal(["orphan"], Told(notices, "PostgresNotValid"));
        Assert.Equal(
            ["default of pairs_child.n", "primary key of loose_key (made unique: it is NULL in rows)", "check of a", "index strange", "foreign key of orphan", "foreign key of orphan", "trigger tr"],
            Told(notices, "PostgresNotTranslated"));
    }

    [Fact]
    public async Task Import_OfAFileThatEndsOrIsWrong_GivesNothing()
    {
        using var rig = ExportRig.Of("CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT)", "INSERT INTO t VALUES(1, 'one'), (2, 'two')");
        await rig.WriteAsync(new PostgresWriter(), "export");
        var script = await StockTool.RunAsync("gunzip", "-c", rig["export"]);
        var inRows = script.IndexOf("two", StringComparison.Ordinal);
        var end = script.IndexOf("COMMIT", StringComparison.Ordinal);
        var database = await server.CreateDatabaseAsync();

        foreach (var wrong in new[] { script[..inRows], script[..end], script.Replace("2\ttwo", "two\ttwo", StringComparison.Ordinal), script.Replace("2\ttwo", "1\ttwo", StringComparison.Ordinal) })
        {
            await File.WriteAllTextAsync(rig["wrong.sql"], wrong, Cancel);
            await StockTool.RunAsync("gzip", "-kf", rig["wrong.sql"]);
            await server.TryImportAsync(rig["wrong.sql.gz"], database);

            Assert.Equal("0", await AskAsync(database, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"));
        }
    }

    [Fact]
    public async Task Write_OfAnEmptyFile_GivesAnEmptyTransaction()
    {
        using var rig = new ExportRig();
        await File.WriteAllBytesAsync(rig.Database, [], Cancel);

        var (database, notices) = await ImportAsync(rig);

        Assert.Empty(notices);
        Assert.Equal("0", await AskAsync(database, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"));
    }

    [Fact]
    public async Task Write_Cancelled_StopsBetweenRows()
    {
        using var rig = ExportRig.Of("CREATE TABLE t(a)", "INSERT INTO t WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50000) SELECT i FROM n");
        using var stop = new CancellationTokenSource();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => rig.WriteAsync(new PostgresWriter(), Stream.Null, (_, _) => stop.Cancel(), stop.Token));
    }

    [Fact]
    public async Task Write_OfADamagedDatabase_SaysSo()
    {
        using var rig = ExportRig.Of("CREATE TABLE t(a)", "INSERT INTO t SELECT randomblob(3000) FROM (VALUES (1), (2), (3), (4), (5), (6))");
        var bytes = await File.ReadAllBytesAsync(rig.Database, Cancel);
        bytes.AsSpan(4096, 4096).Fill(0xEE);
        await File.WriteAllBytesAsync(rig.Database, bytes, Cancel);

        var failure = await Assert.ThrowsAsync<PortalException>(() => rig.WriteAsync(new PostgresWriter(), "export"));

        Assert.Equal("DatabaseUnreadable", failure.What.Key);
    }

    private static IEnumerable<string> Told(IEnumerable<Message> notices, string key) => notices.Where(notice => notice.Key == key).Select(static notice => notice.Arguments[0]);

    private async Task<(string Database, IReadOnlyList<Message> Notices)> ImportAsync(ExportRig rig, string? warnings = null)
    {
        var notices = await rig.WriteAsync(new PostgresWriter(), "export");
        var database = await server.CreateDatabaseAsync();
        var (exitCode, printed, _) = await server.TryImportAsync(rig["export"], database);
        Assert.True(exitCode == 0, printed);
        if (warnings is null)
            Assert.Equal("", printed);
        else
            Assert.Contains(warnings, printed, StringComparison.Ordinal);
        return (database, notices);
    }

    /// <summary>Compares all values of all tables of the same name.</summary>
    /// <returns>How many tables were compared.</returns>
    private async Task<int> CheckTablesAsync(ExportRig rig, string database, string except = "")
    {
        var printed = await AskAsync(database, $"SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> '{except}' ORDER BY 1");
        var tables = printed.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        foreach (var table in tables)
        {
            var types = await BothContents.TypesAsync(server, database, table);
            var expected = BothContents.OfSqlite(rig.Database, table, types);
            Assert.Equal(expected.Count.ToString(CultureInfo.InvariantCulture), await AskAsync(database, $"SELECT count(*) FROM \"{table}\""));
            Assert.Equal(expected, await BothContents.OfPostgresAsync(server, database, table, types));
        }
        return tables.Length;
    }

    private async Task<string> AskAsync(string database, string sql) => (await server.QueryAsync(database, sql)).TrimEnd('\n');
}
