using BackupPortal.Core.Restore;
using BackupPortal.Tests.Sources;

namespace BackupPortal.Tests.Restore;

public sealed class SharedSwapTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly SharedSwap _swap = new(TimeProvider.System, new NoCheckpoint());

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Live => _folder["live.db"];

    private string Kept => _folder["kept.db"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Run_WithAnEarlyCopyAndNobodyWritingSince_KeepsThatCopy(bool isWal)
    {
        await CreateAsync(isWal);
        var keptAt = await KeepEarlyAsync();
        var kept = File.GetLastWriteTimeUtc(Kept);

        await RunAsync(isWal, keptAt);

        Assert.Equal(kept, File.GetLastWriteTimeUtc(Kept));
        Assert.Equal(("new", "old"), (Read(Live), Read(Kept)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Run_WithAWriteAfterTheEarlyCopy_KeepsTheWriteToo(bool isWal)
    {
        await CreateAsync(isWal);
        var keptAt = await KeepEarlyAsync();
        TestDatabase.Create(Live, "UPDATE t SET a = 'written since'");

        await RunAsync(isWal, keptAt);

        Assert.Equal(("new", "written since"), (Read(Live), Read(Kept)));
    }

    [Fact]
    public async Task KeepEarly_RightAfterAWrite_SaysThatItCannotTell()
    {
        await CreateAsync(isWal: true);
        TestDatabase.Create(Live, "UPDATE t SET a = 'just now'");

        Assert.Null(await _swap.KeepEarlyAsync(Live, Kept, Token));
    }

    [Fact]
    public async Task Run_StoppedBeforeTheFirstPage_LeavesLiveDataAsItWas()
    {
        await CreateAsync(isWal: true);

        await Assert.ThrowsAsync<OperationCanceledException>(() => _swap.RunAsync(
            Live, liveIsWal: true, _folder["incoming.db"], Kept, keptAt: null, () => throw new OperationCanceledException(), Token));

        Assert.Equal("old", Read(Live));
    }

    private static string? Read(string file) => TestDatabase.Scalar(file, "SELECT a FROM t") as string;

    private async Task CreateAsync(bool isWal)
    {
        TestDatabase.Create(Live, $"PRAGMA journal_mode = {(isWal ? "WAL" : "DELETE")}; CREATE TABLE t(a); INSERT INTO t VALUES ('old')");
        TestDatabase.Create(_folder["incoming.db"], "CREATE TABLE t(a); INSERT INTO t VALUES ('new')");
        await Task.Run(() => StagedDatabase.SetJournalMode(_folder["incoming.db"], isWal), Token);
    }

    // As if the last write had been a while ago.
    private Task<string?> KeepEarlyAsync()
    {
        foreach (var file in Directory.GetFiles(_folder.Path, "live.db*"))
            File.SetLastWriteTimeUtc(file, new DateTime(2026, 2, 3, 4, 5, 6, DateTimeKind.Utc));
        return _swap.KeepEarlyAsync(Live, Kept, Token);
    }

    private Task<SwapResult> RunAsync(bool isWal, string? keptAt) =>
        _swap.RunAsync(Live, isWal, _folder["incoming.db"], Kept, keptAt, () => Task.CompletedTask, Token);
}
