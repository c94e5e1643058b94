using System.IO.Compression;
using System.Text;
using BackupPortal.Core.Export;

namespace BackupPortal.Tests.Export;

/// <summary>Tables of values are what the standard and other programs' readers expect, and nothing is changed on the way.</summary>
public sealed class CsvWriterTests
{
    // Reads a table as anybody would, and says of each row how long it is.
    private const string Read =
        """
        import csv, io, sys, zipfile
        archive = zipfile.ZipFile(sys.argv[1])
        assert archive.testzip() is None
        for name in archive.namelist():
            if name.endswith('.csv'):
                rows = list(csv.reader(io.TextIOWrapper(archive.open(name), encoding='utf-8-sig', newline=''), strict=True))
                print(name, len(rows) - 1, sorted({len(row) for row in rows}), ascii(rows[0]), ascii(rows[1] if len(rows) > 1 else None))
        """;

    [Fact]
    public async Task Write_ValuesOfEverySort_GivesThemAsTheyAre()
    {
        using var rig = ExportRig.Of(
            "CREATE TABLE t(id INTEGER PRIMARY KEY, a, \"b \"\"quoted\"\", here\", twice INT AS (id * 2))",
            "INSERT INTO t VALUES(1, NULL, ''), (2, 'with \"quotes\", commas', 'two' || char(13, 10) || 'lines'), (3, -9223372036854775808, 2.5), (4, x'00FF', x''), (5, -0.0, 9e999), (6, '5', 'Grüße 😀'), (7, 1e300, 100.0)");

        var notices = await rig.WriteAsync(new CsvWriter(), "export.csv.zip");

        Assert.Empty(notices);
        Assert.Equal(
            """
            "id","a","b ""quoted"", here","twice"
            1,,"",2
            2,"with ""quotes"", commas","two
            lines",4
            3,-9223372036854775808,2.5,6
            4,0x00FF,0x,8
            5,-0.0,Infinity,10
            6,"5","Grüße 😀",12
            7,1E+300,100.0,14

            """.ReplaceLineEndings("\r\n"),
            ReadEntry(rig, "tables/t.csv"));
    }

    [Theory]
    [InlineData("UTF-8", "x'C3'", "0xC3")]
    [InlineData("UTF-16le", "x'00D8'", "0x00D8")]
    public async Task Write_TextsThatAreNone_GivesTheirBytesAndSaysSo(string encoding, string bytes, string expected)
    {
        using var rig = ExportRig.Of($"PRAGMA encoding='{encoding}'", "CREATE TABLE t(a TEXT)", $"INSERT INTO t VALUES(CAST({bytes} AS TEXT)), ('ok ä')");

        var notices = await rig.WriteAsync(new CsvWriter(), "export.csv.zip");

        Assert.Equal("CsvTextsAsBytes", Assert.Single(notices).Key);
        Assert.Equal($"\"a\"\r\n{expected}\r\n\"ok ä\"\r\n", ReadEntry(rig, "tables/t.csv"));
    }

    [Fact]
    public async Task Write_TextsLikeFormulas_LeavesThemAsTheyAreAndSaysSo()
    {
        using var rig = ExportRig.Of("CREATE TABLE t(a)", "INSERT INTO t VALUES('=1+1'), ('@x'), (-5), ('fine')");

        var notices = await rig.WriteAsync(new CsvWriter(), "export.csv.zip");

        Assert.Equal(["t", "2"], Assert.Single(notices).Arguments);
        Assert.Equal("\"a\"\r\n\"=1+1\"\r\n\"@x\"\r\n-5\r\n\"fine\"\r\n", ReadEntry(rig, "tables/t.csv"));
        Assert.Contains("\"t\",\"tables/t.csv\",4,2,0\r\n", ReadEntry(rig, "tables.csv"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Write_TablesOfAnyName_GivesFilesThatEverySystemCanUnpack()
    {
        using var rig = ExportRig.Of(
            "CREATE TABLE \"../../etc/passwd\"(a)", "CREATE TABLE \"Klasse 5ä\"(a)", "CREATE TABLE \"a:b\"(a)", "CREATE TABLE \"a?b\"(a)", "CREATE TABLE \"A_B\"(a)", "CREATE TABLE \"nul\"(a)", "CREATE TABLE com1(a)",
            "CREATE TABLE tables(a)", "CREATE TABLE \"...\"(a)", $"CREATE TABLE \"{new string('x', 300)}\"(a)", "CREATE VIRTUAL TABLE search USING fts5(body)", "INSERT INTO search VALUES('found')");

        await rig.WriteAsync(new CsvWriter(), "export.csv.zip");

        using var archive = ZipFile.OpenRead(rig["export.csv.zip"]);
        var names = archive.Entries.Select(entry => entry.FullName).ToList();
        Assert.Equal(
            ["README.txt", "tables/______etc_passwd.csv", "tables/Klasse 5ä.csv", "tables/a_b.csv", "tables/a_b-2.csv", "tables/A_B-3.csv", "tables/nul_.csv", "tables/com1_.csv", "tables/tables.csv", "tables/___.csv",
                $"tables/{new string('x', 80)}.csv", "tables/search.csv", "tables.csv"],
            names);
        Assert.Equal("\"body\"\r\n\"found\"\r\n", ReadEntry(rig, "tables/search.csv"));
    }

    [Fact]
    public async Task Write_Chinook_CanBeReadByUnzipAndPython()
    {
        using var rig = new ExportRig();
        File.Copy(Path.Combine(AppContext.BaseDirectory, "Data", "chinook.db"), rig.Database);
        await rig.WriteAsync(new CsvWriter(), "export.csv.zip");
        await rig.WriteAsync(new CsvWriter(), "again.csv.zip");

        await StockTool.RunAsync("unzip", "-t", rig["export.csv.zip"]);
        var read = await StockTool.RunAsync("python3", "-c", Read, rig["export.csv.zip"]);

        Assert.Contains("tables/Track.csv 3503 [9] ['TrackId', 'Name',", read, StringComparison.Ordinal);
        Assert.Contains("tables/PlaylistTrack.csv 8715 [2]", read, StringComparison.Ordinal);
        Assert.Contains("\"Track\",\"tables/Track.csv\",3503,", ReadEntry(rig, "tables.csv"), StringComparison.Ordinal);
        Assert.Equal(await File.ReadAllBytesAsync(rig["export.csv.zip"], TestContext.Current.CancellationToken), await File.ReadAllBytesAsync(rig["again.csv.zip"], TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Write_ToAStreamThatFails_GivesItsError()
    {
        using var rig = ExportRig.Of("CREATE TABLE t(a)", "INSERT INTO t VALUES(randomblob(3000000))");
        await using var output = new FullStream(1_000_000);

        var failure = await Assert.ThrowsAsync<IOException>(() => rig.WriteAsync(new CsvWriter(), output, static (_, _) => { }));

        Assert.Equal(FullStream.Words, failure.Message);
    }

    private static string ReadEntry(ExportRig rig, string name)
    {
        using var archive = ZipFile.OpenRead(rig["export.csv.zip"]);
        using var content = new MemoryStream();
        using (var entry = archive.GetEntry(name)!.Open())
            entry.CopyTo(content);
        var bytes = content.ToArray();
        Assert.Equal<byte>([0xEF, 0xBB, 0xBF], bytes[..3]);
        return Encoding.UTF8.GetString(bytes, 3, bytes.Length - 3);
    }
}
