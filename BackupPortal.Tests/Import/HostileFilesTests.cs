using System.Runtime.Versioning;
using System.Text;
using BackupPortal.Tests.Sources;

namespace BackupPortal.Tests.Import;

/// <summary>Whatever is wrong with a file, it is refused with its own message, nothing of it stays, and live data does not notice.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class HostileFilesTests
{
    private static readonly byte[] Database = MakeDatabase("CREATE TABLE t (a); INSERT INTO t VALUES (1)");

    [Fact]
    public async Task Import_HostileZip_IsRefusedForItsReason()
    {
        await using var world = await ImportWorld.CreateAsync(options =>
        {
            options.MostEntries = 50;
            options.LargestUnpackedBytes = 50_000_000;
        });
        var whole = Zip().Add("files/a.txt", new string('a', 2000)).ToBytes();
        await RefuseAllAsync(world, new()
        {
            ["zip cut off"] = ("ZipCutOff", whole[..^30]),
            ["zip with something behind it"] = ("ZipCutOff", [.. whole, 1, 2, 3]),
            ["zip with something before it"] = ("ZipDamaged", [.. "PK\x03\x04"u8, .. whole]),
            ["empty zip"] = ("NoDatabase", new TestZip().ToBytes()),
            ["zip without a database"] = ("NoDatabase", new TestZip().Add("files/a.txt", "a").ToBytes()),
            ["database only below a folder"] = ("NoDatabase", new TestZip().Add("backup/app.db", Database).ToBytes()),
            ["two databases"] = ("SeveralDatabases", new TestZip().Add("a.db", Database).Add("b.sqlite", Database).ToBytes()),
            ["more entries than it counts"] = ("ZipDamaged", Zip().Add("files/a", "a").ToBytes(countInEnd: 1)),
            ["fewer entries than it counts"] = ("ZipDamaged", Zip().ToBytes(countInEnd: 2)),
            ["too many entries"] = ("TooManyEntries", Enumerable.Range(0, 51).Aggregate(Zip(), (zip, one) => zip.Add($"files/{one}", "")).ToBytes()),
            ["path that goes up"] = ("NameUnsafe", Zip().Add("files/../../evil", "x").ToBytes()),
            ["path that goes up at once"] = ("NameUnsafe", Zip().Add("../app.db", "x").ToBytes()),
            ["absolute path"] = ("NameUnsafe", Zip().Add("/etc/cron.d/evil", "x").ToBytes()),
            ["drive"] = ("NameUnsafe", Zip().Add("C:evil", "x").ToBytes()),
            ["backslashes that go up"] = ("NameUnsafe", Zip().Add("files/..\\..\\evil", "x").ToBytes()),
            ["backslash at the beginning"] = ("NameUnsafe", Zip().Add("\\evil", "x").ToBytes()),
            ["empty part"] = ("NameUnsafe", Zip().Add("files//a", "x").ToBytes()),
            ["dot"] = ("NameUnsafe", Zip().Add("files/./a", "x").ToBytes()),
            ["NUL in a name"] = ("NameUnsafe", Zip().Add("files/a\0b", "x").ToBytes()),
            ["long part"] = ("NameUnsafe", Zip().Add("files/" + new string('x', 256), "x").ToBytes()),
            ["name that is not UTF-8"] = ("NameNotUtf8", Zip().Add(new TestZip.Entry([.. "files/"u8, 0xFF, 0xFE], [1])).ToBytes()),
            ["two of a name"] = ("EntryTwice", Zip().Add("files/a", "1").Add("files/a", "2").ToBytes()),
            ["file and folder of a name"] = ("EntryTwice", Zip().Add("files/a", "1").Add("files/a/", "", TestZip.Folder).ToBytes()),
            ["file below a link"] = ("EntryBelowFile", Zip().Add("files/out", "/tmp", TestZip.Link).Add("files/out/evil", "x").ToBytes()),
            ["file below a file"] = ("EntryBelowFile", Zip().Add("files/a/b", "x").Add("files/a", "x").ToBytes()),
            ["device"] = ("EntrySpecial", Zip().Add("files/sda", "", 0x61B0).ToBytes()),
            ["pipe"] = ("EntrySpecial", Zip().Add("files/pipe", "", 0x11B0).ToBytes()),
            ["link called a folder"] = ("EntrySpecial", Zip().Add("files/l/", "/etc", TestZip.Link).ToBytes()),
            ["encrypted entry"] = ("ZipEncrypted", Zip().Add(new TestZip.Entry("files/a"u8.ToArray(), [1], Flags: 0x0801)).ToBytes()),
            ["unknown method"] = ("ZipMethod", Zip().Add(new TestZip.Entry("files/a"u8.ToArray(), [1], Method: 99)).ToBytes()),
            ["wrong checksum"] = ("EntryDamaged", Zip().Add(new TestZip.Entry("files/a"u8.ToArray(), [1], Checksum: 1)).ToBytes()),
            ["more than it says"] = ("EntryTooLong", Zip().Add(new TestZip.Entry("files/a"u8.ToArray(), new byte[100_000], ClaimedSize: 10)).ToBytes()),
            ["less than it says"] = ("EntryDamaged", Zip().Add(new TestZip.Entry("files/a"u8.ToArray(), [1], ClaimedSize: 10)).ToBytes()),
            ["other name in front"] = ("EntryDamaged", Zip().Add(new TestZip.Entry("files/a"u8.ToArray(), [1], NameInFront: "files/b"u8.ToArray())).ToBytes()),
            ["entries that share bytes"] = ("ZipOverlaps", Zip().Add(new TestZip.Entry("files/a"u8.ToArray(), new byte[1000], OffsetInDirectory: 0)).ToBytes()),
            ["more than may be"] = ("TooLarge", Zip().Add(new TestZip.Entry("files/a"u8.ToArray(), [1], ClaimedSize: 60_000_000)).ToBytes()),
            ["bad record"] = ("RecordDamaged", Zip().Add("record.json", "{ \"format\": 1 }").ToBytes()),
            ["deep record"] = ("RecordDamaged", Zip().Add("record.json", new string('[', 100_000)).ToBytes()),
            ["bad hash list"] = ("HashListDamaged", Zip().Add("SHA256SUMS", "no hash at all").ToBytes()),
            ["file with another hash"] = ("HashDiffers", Zip().Add("SHA256SUMS", $"{new string('0', 64)}  app.db\n").ToBytes()),
            ["file of the list that is not there"] = ("HashedFileMissing", Zip().Add("SHA256SUMS", $"{HashOf(Database)}  app.db\n{HashOf(Database)}  files/b\n").ToBytes()),
            ["file that is not in the list"] = ("HashDiffers", Zip().Add("files/a", "a").Add("SHA256SUMS", $"{HashOf(Database)}  app.db\n").ToBytes()),
        });
        Assert.False(File.Exists("/etc/cron.d/evil"));
    }

    [Fact]
    public async Task Import_Bomb_StopsLongBeforeTheDiskIsFull()
    {
        await using var world = await ImportWorld.CreateAsync(options => options.LargestRatio = 100);
        var dense = ImportTests.Gzip([.. "-- "u8, .. new byte[300_000_000].Select(static _ => (byte)'x')]);

        Assert.Equal("TooDense", await world.RefuseAsync(dense));
        Assert.Equal("TooDense", await world.RefuseAsync(Zip().Add("files/zeros", new byte[300_000_000]).ToBytes()));
    }

    [Fact]
    public async Task Import_HostileDatabase_IsRefusedForItsReason()
    {
        await using var world = await ImportWorld.CreateAsync(options => options.Patience = TimeSpan.FromSeconds(1));
        await RefuseAllAsync(world, new()
        {
            ["nothing"] = ("Empty", []),
            ["a picture"] = ("NotRecognised", [0xFF, 0xD8, 0xFF, 0xE0, 1, 2, 3]),
            ["prose"] = ("NotRecognised", "Dear school,\nplease restore this."u8.ToArray()),
            ["only the beginning"] = ("DatabaseCutOff", Database[..60]),
            ["cut off between pages"] = ("DatabaseCutOff", Database[..4096]),
            ["cut off within a page"] = ("DatabaseCutOff", Database[..5000]),
            ["something behind it"] = ("DatabaseTooLong", [.. Database, .. new byte[4096]]),
            ["impossible page size"] = ("DatabaseHeaderDamaged", Changed(Database, 16, 3, 0)),
            ["later version"] = ("DatabaseHeaderDamaged", Changed(Database, 18, 9, 9)),
            ["impossible fractions"] = ("DatabaseHeaderDamaged", Changed(Database, 21, 1)),
            ["root page of rubbish"] = ("DatabaseDamaged", Changed(Database, 4096, 99, 99, 99)),
            ["schema of rubbish"] = ("DatabaseDamaged", Changed(Database, 100, 99, 99)),
            ["cell that points outside"] = ("DatabaseDamaged", Changed(Database, 4096 + 8, 0xFF, 0xFF)),
            ["schema that is no SQL"] = ("DatabaseDamaged", MakeDatabase("CREATE TABLE t (a); PRAGMA writable_schema=ON; UPDATE sqlite_schema SET sql = 'CREATE TABLE t (a, (SELECT 1))'")),
            ["table that is its own index"] = ("DatabaseDamaged", MakeDatabase("CREATE TABLE t (a); CREATE TABLE u (a); PRAGMA writable_schema=ON; UPDATE sqlite_schema SET rootpage = 1 WHERE name = 'u'")),
            ["gzip cut off"] = ("GzipDamaged", ImportTests.Gzip(Database)[..^5]),
            ["gzip cut off early"] = ("GzipDamaged", ImportTests.Gzip(Database)[..^60]),
            ["gzip with something behind it"] = ("GzipDamaged", [.. ImportTests.Gzip(Database), 1, 2, 3]),
            ["gzip of a zip"] = ("NotRecognised", ImportTests.Gzip(Zip().ToBytes())),
            ["gzip of nothing"] = ("Empty", ImportTests.Gzip([])),
        });
    }

    [Fact]
    public async Task Import_HostileSql_IsRefusedForItsReason()
    {
        await using var world = await ImportWorld.CreateAsync(options => options.Patience = TimeSpan.FromSeconds(1));
        var target = world.World.Portal.Folder["made-by-sql"];
        await RefuseAllAsync(world, new()
        {
            ["attach"] = ("SqlNotAllowed", Sql($"ATTACH '{target}' AS x; CREATE TABLE x.t (a);")),
            ["vacuum into"] = ("SqlNotAllowed", Sql($"CREATE TABLE t (a); VACUUM INTO '{target}';")),
            ["shell"] = ("SqlDotCommand", Sql($"CREATE TABLE t (a);\n.shell touch {target}\n")),
            ["load_extension"] = ("SqlRefused", Sql("CREATE TABLE t (a); INSERT INTO t VALUES (load_extension('/tmp/evil.so'));")),
            ["readfile"] = ("SqlFailed", Sql("CREATE TABLE t (a); INSERT INTO t VALUES (readfile('/etc/passwd'));")),
            ["writefile"] = ("SqlFailed", Sql($"CREATE TABLE t (a); INSERT INTO t VALUES (writefile('{target}', 'x'));")),
            ["zeroblob"] = ("SqlRefused", Sql("CREATE TABLE t (a); INSERT INTO t VALUES (zeroblob(100000000));")),
            ["zeroblob in a schema"] = ("SqlRefused", Sql("CREATE TABLE t (a, b AS (zeroblob(100000000)) STORED); INSERT INTO t VALUES (1);")),
            ["writable schema"] = ("SqlFailed", Sql("PRAGMA writable_schema=ON; CREATE TABLE t (a); INSERT INTO sqlite_schema VALUES ('table', 'x', 'x', 99, 'CREATE TABLE x (a)');")),
            ["update of the schema"] = ("SqlNotAllowed", Sql("CREATE TABLE t (a); UPDATE sqlite_schema SET rootpage = 1;")),
            ["other pragma"] = ("SqlRefused", Sql("PRAGMA trusted_schema=ON; CREATE TABLE t (a);")),
            ["temp directory"] = ("SqlRefused", Sql("PRAGMA temp_store_directory='/tmp'; CREATE TABLE t (a);")),
            ["temporary trigger"] = ("SqlRefused", Sql("CREATE TABLE t (a); CREATE TEMP TRIGGER x AFTER INSERT ON t BEGIN SELECT 1; END;")),
            ["temporary view"] = ("SqlRefused", Sql("CREATE TABLE t (a); CREATE TEMP VIEW x AS SELECT 1;")),
            ["temporary table that fills the memory"] = ("SqlFailed", Sql(
                "CREATE TABLE t (a); CREATE TEMP TABLE x (a); INSERT INTO x VALUES (CAST(X'" + new string('0', 4_000_000) + "' AS BLOB)); "
                + string.Concat(Enumerable.Repeat("INSERT INTO x SELECT a FROM x; ", 7)))),
            ["other module"] = ("SqlRefused", Sql("CREATE VIRTUAL TABLE t USING dbstat;")),
            ["select"] = ("SqlNotAllowed", Sql("CREATE TABLE t (a); SELECT 1;")),
            ["drop"] = ("SqlRefused", Sql("CREATE TABLE t (a); DROP TABLE t;")),
            ["endless recursion"] = ("SqlRefused", Sql("CREATE TABLE t (a); INSERT INTO t WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n;")),
            ["cross join of itself"] = ("TookTooLong", Sql("CREATE TABLE t (a); INSERT INTO t VALUES (1),(2),(3),(4),(5),(6),(7),(8),(9),(10); "
                + "INSERT INTO t SELECT replace('a','a','b') FROM t a, t b, t c, t d, t e, t f, t g, t h, t i, t j, t k WHERE a.a + b.a + c.a + d.a + e.a + f.a + g.a + h.a + i.a + j.a + k.a = 999;")),
            ["no commit"] = ("SqlCutOff", Sql("BEGIN; CREATE TABLE t (a);")),
            ["no end of a statement"] = ("SqlCutOff", Sql("CREATE TABLE t (a); INSERT INTO t VALUES ('abc")),
            ["no end of a trigger"] = ("SqlCutOff", Sql("CREATE TABLE t (a); CREATE TRIGGER x AFTER INSERT ON t BEGIN DELETE FROM t;")),
            ["rollback"] = ("SqlNotAllowed", Sql("BEGIN; CREATE TABLE t (a); ROLLBACK;")),
            ["only comments"] = ("SqlNothing", Sql("-- nothing\n/* at all */")),
            ["text with zeros"] = ("SqlBinary", Sql("CREATE TABLE t (a);" + new string(' ', 5000) + "INSERT INTO t VALUES ('a\0b');")),
            ["deep expression"] = ("SqlFailed", Sql($"CREATE TABLE t (a); INSERT INTO t VALUES ({new string('(', 5000)}1{new string(')', 5000)});")),
            ["duplicate key"] = ("SqlFailed", Sql("CREATE TABLE t (a PRIMARY KEY); INSERT INTO t VALUES (1); INSERT INTO t VALUES (1);")),
        });
        Assert.False(File.Exists(target));
    }

    [Fact]
    public async Task Import_ManyShortCommentsAndSemicolons_IsReadOnce()
    {
        await using var world = await ImportWorld.CreateAsync();
        var text = new StringBuilder("CREATE TABLE t (a);");
        for (var line = 0; line < 200_000; line++)
            text.Append(";-- x\n/* y */");

        var imported = await world.ImportAsync(world.Outside("x", Sql(text.ToString())));

        Assert.Equal(0L, imported.Record.Database.Tables["t"]);
    }

    [Fact]
    public async Task Import_ViewsTriggersAndFunctionsOfTheApplication_AreTakenAndNeverRun()
    {
        await using var world = await ImportWorld.CreateAsync();
        var database = MakeDatabase("""
            CREATE TABLE t (a CHECK (a <> 7), b AS (abs(a)) VIRTUAL); INSERT INTO t VALUES (1);
            CREATE VIEW v AS SELECT load_extension('/tmp/evil.so'), edit('x', 'sh'), writefile('/tmp/evil', a) FROM t;
            CREATE TRIGGER r AFTER INSERT ON t BEGIN SELECT load_extension('/tmp/evil.so'); END;
            CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (p REFERENCES p (id)); INSERT INTO c VALUES (1), (2);
            """);

        var imported = await world.ImportAsync(world.Outside("x", database));

        Assert.Equal(1L, imported.Record.Database.Tables["t"]);
        Assert.Contains("2 rows refer to rows that are not there.", imported.Record.Notices);
    }

    private static async Task RefuseAllAsync(ImportWorld world, Dictionary<string, (string Key, byte[] Content)> cases)
    {
        var wrong = new List<string>();
        foreach (var (name, (key, content)) in cases)
        {
            var refused = await world.RefuseAsync(content);
            if (refused != key)
                wrong.Add($"{name}: {refused}, not {key}");
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    private static TestZip Zip() => new TestZip().Add("app.db", Database);

    private static byte[] Sql(string text) => Encoding.UTF8.GetBytes(text);

    private static string HashOf(byte[] content) => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(content));

    private static byte[] Changed(byte[] content, int at, params byte[] to)
    {
        var changed = content.ToArray();
        to.CopyTo(changed, at);
        return changed;
    }

    private static byte[] MakeDatabase(string sql)
    {
        using var folder = new TestFolder();
        TestDatabase.Create(folder["made.db"], sql);
        return File.ReadAllBytes(folder["made.db"]);
    }
}
