using BackupPortal.Core.Restore;
using BackupPortal.Core.Snapshots;
using BackupPortal.Tests.Sources;

namespace BackupPortal.Tests.Restore;

public sealed class LockOutForecastTests : IDisposable
{
    private readonly TestFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Live => _folder["app.db"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Run_NobodyElseHasTheDatabaseOpen_IsABlinkWhateverItsSize()
    {
        Create("WAL");

        Assert.Equal(new LockOutEstimate(false, TimeSpan.FromMilliseconds(250)), await RunAsync(pages: 1_000_000));
    }

    [Fact]
    public async Task Run_AnotherProgramHasItOpen_GrowsWithTheSizeAndLeavesThatProgramAlone()
    {
        Create("WAL");
        using var open = TestDatabase.Open(Live);
        TestDatabase.Scalar(open, "SELECT count(*) FROM t");

        var small = await RunAsync(pages: 1);
        var large = await RunAsync(pages: 250_000);

        Assert.True(small!.IsShared && large!.IsShared);
        Assert.InRange(large.Expected - small.Expected, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(60));
        TestDatabase.Execute(open, "INSERT INTO t VALUES ('goes on')");
    }

    [Fact]
    public async Task Run_InRollbackMode_CannotSeeWhetherItIsOpen()
    {
        Create("DELETE");

        Assert.True((await RunAsync(pages: 1))!.IsShared);
    }

    [Fact]
    public async Task Run_NothingReadableInItsPlace_IsABlink() => Assert.False((await RunAsync(pages: 1))!.IsShared);

    private void Create(string mode) => TestDatabase.Create(Live, $"PRAGMA journal_mode = {mode}; CREATE TABLE t(a)");

    private Task<LockOutEstimate?> RunAsync(long pages) => new LockOutForecast(TimeProvider.System).RunAsync(
        TestDatabase.TenantWith(_folder), new DatabaseFacts(4096, pages, "", "", 0, 0, "UTF-8", "wal", "3", new Dictionary<string, long>()), Token);
}
