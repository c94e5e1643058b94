using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using BackupPortal.Core.Restore;
using BackupPortal.Tests.Sources;

namespace BackupPortal.Tests.Backup;

/// <summary>
/// A real database that goes on behind SQLite's lock page, the one at 1 GiB, which holds nothing. BACKUPPORTAL_TEST_DATABASE_MB=5000 makes it larger.
/// </summary>
public sealed class LargeDatabaseTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const int PageSize = 65536;
    private const long LockPage = 1L << 30;

    /// <summary>Up to here it is mostly empty; then comes noise, on both sides of the lock page.</summary>
    private const int EmptyMegabytes = 1060;

    private const int NoiseMegabytes = 25;

    private static readonly int megabytes = int.Parse(Environment.GetEnvironmentVariable("BACKUPPORTAL_TEST_DATABASE_MB") ?? "1090", CultureInfo.InvariantCulture);

    private BackupBench bench = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => bench = await BackupBench.CreateAsync();

    public ValueTask DisposeAsync() => bench.DisposeAsync();

    [Fact]
    public async Task BackUpAndRestore_DatabaseOverOneGibibyte_ComesBackPageForPage()
    {
        Time("Making it", MakeDatabase);
        var size = new FileInfo(bench.Tenant.DatabasePath).Length;
        Assert.True(size > LockPage + (5 * PageSize), $"It has {size} bytes only.");
        Assert.Equal((long)PageSize, TestDatabase.Scalar(bench.Tenant.DatabasePath, "PRAGMA page_size"));
        var rows = TestDatabase.Scalar(bench.Tenant.DatabasePath, "SELECT count(*) FROM notes");

        var begun = Stopwatch.GetTimestamp();
        var outcome = await bench.BackUpAsync();
        output.WriteLine($"Backup: {Stopwatch.GetElapsedTime(begun).TotalSeconds:f1} s, {Environment.WorkingSet / 1_000_000} MB in use.");
        // The live database is not needed in full any more, and both together would need much room.
        var expected = await HashesAsync(bench.Tenant.DatabasePath);
        File.Delete(bench.Tenant.DatabasePath);
        begun = Stopwatch.GetTimestamp();
        var target = bench.Portal.Folder["restored"];
        await bench.Portal.Get<RestoreToFolder>().RunAsync(bench.Tenant, outcome.Snapshot!, target, null, Token);
        output.WriteLine($"Restore: {Stopwatch.GetElapsedTime(begun).TotalSeconds:f1} s.");

        var restored = Path.Combine(target, "app.db");
        Assert.Equal(size, new FileInfo(restored).Length);
        Assert.Equal(expected, await HashesAsync(restored));
        Assert.Equal(rows, TestDatabase.Scalar(restored, "SELECT count(*) FROM notes"));
        Assert.Equal("ok", TestDatabase.Scalar(restored, "PRAGMA quick_check"));
        Assert.InRange((await bench.RecordAsync(outcome)).AddedBytes, NoiseMegabytes * 1_000_000, (NoiseMegabytes + 5) * 1_000_000);
    }

    private void MakeDatabase()
    {
        // The one that a new tenant gets has pages of another size.
        File.Delete(bench.Tenant.DatabasePath);
        using var connection = TestDatabase.Open(bench.Tenant.DatabasePath);
        TestDatabase.Execute(connection, $"""
            PRAGMA page_size = {PageSize}; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
            CREATE TABLE notes(id INTEGER PRIMARY KEY, body BLOB);
            {Rows(EmptyMegabytes / 20, "zeroblob(20000000)")}
            {Rows(NoiseMegabytes, "randomblob(1000000)")}
            {Rows((megabytes - EmptyMegabytes - NoiseMegabytes) / 5, "zeroblob(5000000)")}
            PRAGMA journal_mode = WAL;
            """);
    }

    private static string Rows(int count, string value) =>
        $"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count}) INSERT INTO notes(body) SELECT {value} FROM n;";

    /// <summary>Of each mebibyte but the first page, in which SQLite counts changes of the file.</summary>
    private static async Task<List<string>> HashesAsync(string file)
    {
        var hashes = new List<string>();
        var block = new byte[1 << 20];
        await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        stream.Position = PageSize;
        while (await stream.ReadAtLeastAsync(block, block.Length, throwOnEndOfStream: false, Token) is var read and > 0)
            hashes.Add(Convert.ToHexString(SHA256.HashData(block.AsSpan(0, read))));
        return hashes;
    }

    private void Time(string what, Action run)
    {
        var begun = Stopwatch.GetTimestamp();
        run();
        output.WriteLine($"{what}: {Stopwatch.GetElapsedTime(begun).TotalSeconds:f1} s.");
    }
}
