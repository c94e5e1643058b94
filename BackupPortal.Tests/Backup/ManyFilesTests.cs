using System.Diagnostics;
using System.Globalization;
using BackupPortal.Core.Restore;
using BackupPortal.Tests.Sources;

namespace BackupPortal.Tests.Backup;

/// <summary>A school with very many files. BACKUPPORTAL_TEST_FILES=100000 makes it as many as the portal is made for.</summary>
public sealed class ManyFilesTests(ITestOutputHelper output) : BackupSuite
{
    private static readonly int count = int.Parse(Environment.GetEnvironmentVariable("BACKUPPORTAL_TEST_FILES") ?? "5000", CultureInfo.InvariantCulture);

    [Fact]
    public async Task BackUpTwiceAndRestore_VeryManyFiles_AllComeBack()
    {
        TestDatabase.Create(Live, "CREATE TABLE t(a)");
        await MakeFilesAsync();

        var first = await TimeAsync("First backup", () => bench.BackUpAsync());
        var second = await TimeAsync("Second, unchanged", () => bench.BackUpAsync());
        var target = bench.Portal.Folder["restored"];
        var record = await bench.RecordAsync(second);
        await TimeAsync("Restore to a folder", () => bench.Portal.Get<RestoreToFolder>().RunAsync(bench.Tenant, record.Id, target, null, Token));

        Assert.Equal(count, record.Files.Count);
        Assert.InRange(second.AddedBytes!.Value, 1, 5000);
        Assert.InRange(first.AddedBytes!.Value, count, count * 250L + 200_000);
        for (var i = 0; i < count; i++)
        {
            var file = Path.Combine(target, "files", NameOf(i));
            Assert.Equal(ContentOf(i), await File.ReadAllTextAsync(file, Token));
            Assert.Equal(TimeOf(i), File.GetLastWriteTimeUtc(file));
        }
    }

    private static string NameOf(int i) => $"class {i % 97:d2}/{i % 13:d2}/essay {i:d6}.txt";

    private static string ContentOf(int i) => $"Essay {i} {i * 7919L % 104_729:x} {i * 15_485_863L:x}";

    private static DateTime TimeOf(int i) => new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddSeconds(i).AddTicks(i);

    private async Task MakeFilesAsync()
    {
        for (var i = 0; i < count; i++)
        {
            var path = bench.FilePath(NameOf(i));
            if (i < 97 * 13)
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllTextAsync(path, ContentOf(i), Token);
            File.SetLastWriteTimeUtc(path, TimeOf(i));
        }
    }

    private async Task<T> TimeAsync<T>(string what, Func<Task<T>> run)
    {
        var begun = Stopwatch.GetTimestamp();
        var result = await run();
        output.WriteLine($"{what}: {Stopwatch.GetElapsedTime(begun).TotalSeconds:f2} s, {Environment.WorkingSet / 1_000_000} MB in use.");
        return result;
    }
}
