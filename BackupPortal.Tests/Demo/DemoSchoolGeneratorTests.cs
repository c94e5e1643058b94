using System.Security.Cryptography;
using System.Text;
using BackupPortal.Core.Demo;
using BackupPortal.Core.Messages;
using BackupPortal.Tests.Sources;

namespace BackupPortal.Tests.Demo;

public sealed class DemoSchoolGeneratorTests : IDisposable
{
    private readonly TestFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Write_Twice_GivesTheSameDatabaseAndFiles()
    {
        await DemoSchoolGenerator.WriteAsync(DemoSchool.Park, _folder["one.db"], _folder["one"], Stop);
        await DemoSchoolGenerator.WriteAsync(DemoSchool.Park, _folder["two.db"], _folder["two"], Stop);

        Assert.Equal(HashOf("one.db"), HashOf("two.db"));
        Assert.Equal(HashOfFiles("one"), HashOfFiles("two"));
    }

    [Fact]
    public async Task Write_AnotherSeed_GivesOtherData()
    {
        await DemoSchoolGenerator.WriteAsync(DemoSchool.Park, _folder["one.db"], _folder["one"], Stop);
        await DemoSchoolGenerator.WriteAsync(DemoSchool.Park with { Seed = 4 }, _folder["two.db"], _folder["two"], Stop);

        Assert.NotEqual(HashOf("one.db"), HashOf("two.db"));
    }

    [Fact]
    public async Task Write_School_IsWholeInWalModeAndTensOfMegabytes()
    {
        var school = DemoSchool.Goethe;
        await DemoSchoolGenerator.WriteAsync(school, _folder["app.db"], _folder["files"], Stop);

        Assert.Equal("ok", Ask("app.db", "PRAGMA integrity_check"));
        Assert.Null(Ask("app.db", "PRAGMA foreign_key_check"));
        Assert.Equal("wal", Ask("app.db", "PRAGMA journal_mode"));
        Assert.Equal((long)school.StudentCount, Ask("app.db", "SELECT count(*) FROM class_register"));
        Assert.Equal(4940L, Ask("app.db", "SELECT count(*) FROM attendance JOIN students s ON s.id = student_id WHERE s.class_id = 1"));
        Assert.InRange(SizeOf("app.db") + SizeOfFiles("files"), school.EstimatedBytes / 2, school.EstimatedBytes * 2);
        Assert.InRange(SizeOf("app.db"), 15_000_000, 80_000_000);
    }

    [Fact]
    public async Task Write_School_KeepsAFileForEveryPhotoAndCertificate()
    {
        await DemoSchoolGenerator.WriteAsync(DemoSchool.Park, _folder["app.db"], _folder["files"], Stop);

        using var database = TestDatabase.Open(_folder["app.db"]);
        using var command = database.CreateCommand();
        command.CommandText = "SELECT photo FROM students UNION ALL SELECT file FROM certificates";
        using var rows = command.ExecuteReader();
        var named = 0;
        while (rows.Read())
        {
            named++;
            var start = new byte[4];
            using var file = File.OpenRead(Path.Combine(_folder["files"], rows.GetString(0)));
            file.ReadExactly(start);
            Assert.Contains(Encoding.Latin1.GetString(start), new[] { "%PDF", "\u0089PNG" });
        }

        Assert.Equal(2 * DemoSchool.Park.StudentCount, named);
    }

    [Fact]
    public async Task Write_OverExistingDatabase_RefusesAndLeavesIt()
    {
        await File.WriteAllTextAsync(_folder["app.db"], "precious", Stop);

        await Assert.ThrowsAsync<PortalException>(() => DemoSchoolGenerator.WriteAsync(DemoSchool.Park, _folder["app.db"], _folder["files"], Stop));

        Assert.Equal("precious", await File.ReadAllTextAsync(_folder["app.db"], Stop));
    }

    [Fact]
    public async Task Write_IntoFolderWithFiles_Refuses()
    {
        Directory.CreateDirectory(_folder["files"]);
        await File.WriteAllTextAsync(Path.Combine(_folder["files"], "a.txt"), "precious", Stop);

        await Assert.ThrowsAsync<PortalException>(() => DemoSchoolGenerator.WriteAsync(DemoSchool.Park, _folder["app.db"], _folder["files"], Stop));

        Assert.False(File.Exists(_folder["app.db"]));
    }

    [Theory]
    [InlineData(200_000_000L)]
    [InlineData(1_000_000_000L)]
    public void GrownTo_Size_IsEstimatedWithinATenth(long bytes)
    {
        var school = DemoSchool.Goethe.GrownTo(bytes);

        Assert.InRange(school.EstimatedBytes, bytes * 0.9, bytes * 1.1);
    }

    [Fact]
    public async Task Live_OneDay_ChangesALittleAndKeepsTheDatabaseWhole()
    {
        await DemoSchoolGenerator.WriteAsync(DemoSchool.Park, _folder["app.db"], _folder["files"], Stop);

        var first = await DemoDay.LiveAsync(_folder["app.db"], seed: 1, Stop);
        var second = await DemoDay.LiveAsync(_folder["app.db"], seed: 2, Stop);

        Assert.True(second.Day > first.Day);
        Assert.Equal(DemoSchool.Park.StudentCount, first.Attendance);
        Assert.True(first is { Grades: > 40, Messages: 25, ChangedPhones: 1 });
        Assert.Equal("ok", Ask("app.db", "PRAGMA integrity_check"));
        Assert.Null(Ask("app.db", "PRAGMA foreign_key_check"));
        Assert.NotEqual(0L, Ask("app.db", "SELECT count(*) FROM grade_changes"));
    }

    public void Dispose() => _folder.Dispose();

    private object? Ask(string name, string sql) => TestDatabase.Scalar(_folder[name], sql);

    private string HashOf(string name) => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(_folder[name])));

    private string HashOfFiles(string name) => string.Join('\n', Directory.EnumerateFiles(_folder[name], "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
        .Select(file => $"{Path.GetRelativePath(_folder[name], file)} {File.GetLastWriteTimeUtc(file):O} {Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)))}"));

    private long SizeOf(string name) => new FileInfo(_folder[name]).Length;

    private long SizeOfFiles(string name) => new DirectoryInfo(_folder[name]).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);
}
