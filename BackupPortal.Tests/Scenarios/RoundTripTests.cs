using System.Security.Cryptography;
using System.Text;
using BackupPortal.Core.Demo;
using BackupPortal.Tests.Sources;

namespace BackupPortal.Tests.Scenarios;

/// <summary>What comes back is what was there: page by page, row by row, file by file.</summary>
public sealed class RoundTripTests
{
    private const int PageSizeAt = 16;

    /// <summary>Bytes of page 1 that say how, how often and by which version file and schema were written, not what is in them.</summary>
    private static readonly Range[] s_counters = [18..20, 24..28, 40..44, 92..100];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Restore_Chinook_GivesTheSamePagesAndRows()
    {
        await using var world = await RestoreWorld.CreateAsync();
        File.Copy(Path.Combine(AppContext.BaseDirectory, "Data", "chinook.db"), world.Database, overwrite: true);
        var (pages, rows) = (await ReadPagesAsync(world.Database), ReadRows(world.Database));
        var snapshot = await world.BackupAsync();
        world.Execute("DELETE FROM InvoiceLine; UPDATE Track SET Name = 'nothing'; DROP TABLE PlaylistTrack;");

        await world.RestoreAsync(snapshot);

        Assert.Equal(rows, ReadRows(world.Database));
        Assert.Equal(pages, await ReadPagesAsync(world.Database));
        Assert.Equal("ok", TestDatabase.Scalar(world.Database, "PRAGMA integrity_check"));
    }

    [Fact]
    public async Task Restore_AGeneratedSchoolAfterADay_GivesTheSamePagesRowsAndFiles()
    {
        await using var world = await RestoreWorld.CreateAsync();
        File.Delete(world.Database);
        var school = DemoSchool.Park with { ClassesPerGrade = 1 };
        await DemoSchoolGenerator.WriteAsync(school, world.Database, world.Files, Token);
        TestDatabase.Scalar(world.Database, "PRAGMA wal_checkpoint(TRUNCATE)");
        var (pages, rows, files) = (await ReadPagesAsync(world.Database), ReadRows(world.Database), await ReadFilesAsync(world.Files));
        var snapshot = await world.BackupAsync();
        await DemoDay.LiveAsync(world.Database, seed: 3, Token);
        world.Write("new/from today.txt", "added");
        var all = Directory.GetFiles(world.Files, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToList();
        File.Delete(all[0]);
        await File.AppendAllTextAsync(all[1], "changed", Token);
        Assert.NotEqual(rows, ReadRows(world.Database));

        await world.RestoreAsync(snapshot);

        Assert.Equal(files, await ReadFilesAsync(world.Files));
        Assert.Equal(rows, ReadRows(world.Database));
        TestDatabase.Scalar(world.Database, "PRAGMA wal_checkpoint(TRUNCATE)");
        Assert.Equal(pages, await ReadPagesAsync(world.Database));
        Assert.Equal("ok", TestDatabase.Scalar(world.Database, "PRAGMA integrity_check"));
    }

    private static async Task<IReadOnlyList<string>> ReadPagesAsync(string database)
    {
        var bytes = await File.ReadAllBytesAsync(database, Token);
        foreach (var counter in s_counters)
            bytes.AsSpan(counter).Clear();
        var pageSize = (bytes[PageSizeAt] << 8) | bytes[PageSizeAt + 1];
        return [.. bytes.Chunk(pageSize == 1 ? 65536 : pageSize).Select(page => Convert.ToHexString(SHA256.HashData(page)))];
    }

    private static SortedDictionary<string, string> ReadRows(string database)
    {
        using var connection = TestDatabase.Open(database);
        var tables = new List<string>();
        using (var command = connection.CreateCommand())
        {
            command.CommandText = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'";
            using var reader = command.ExecuteReader();
            while (reader.Read())
                tables.Add(reader.GetString(0));
        }

        var rows = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var table in tables)
        {
            using var command = connection.CreateCommand();
            command.CommandText = $"SELECT * FROM \"{table}\"";
            using var reader = command.ExecuteReader();
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            while (reader.Read())
            {
                for (var column = 0; column < reader.FieldCount; column++)
                {
                    var value = reader.GetValue(column);
                    hash.AppendData(value is byte[] blob ? blob : Encoding.UTF8.GetBytes($"{value.GetType().Name}:{value};"));
                }
            }

            rows[table] = Convert.ToHexString(hash.GetHashAndReset());
        }

        return rows;
    }

    private static async Task<SortedDictionary<string, string>> ReadFilesAsync(string root)
    {
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in Directory.GetFiles(root, "*", SearchOption.AllDirectories))
        {
            files[Path.GetRelativePath(root, file)] =
                $"{Convert.ToHexString(SHA256.HashData(await File.ReadAllBytesAsync(file, Token)))} {File.GetLastWriteTimeUtc(file):O} {File.GetAttributes(file)}";
        }

        return files;
    }
}
