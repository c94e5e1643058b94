using System.Diagnostics;
using BackupPortal.Core.Repository;
using BackupPortal.Core.Storage;

namespace BackupPortal.Tests.Repository;

public sealed class DirectoryLeasesTests : IDisposable
{
    private static readonly TimeSpan second = TimeSpan.FromSeconds(1);

    private readonly TestFolder folder = new();
    private readonly LocalDirectoryStore store;
    private readonly LeaseFolders folders;

    public DirectoryLeasesTests()
    {
        store = new LocalDirectoryStore(folder.Path, TimeProvider.System);
        folders = new LeaseFolders(folder.Path);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Acquire_AgainAndAgain_LeavesOneSmallFolder()
    {
        for (var i = 0; i < 5; i++)
            await (await Of("a").AcquireAsync(Cancel)).DisposeAsync();

        var left = Assert.Single(Directory.GetFileSystemEntries(folder["leases"]));
        Assert.EndsWith("0000000000000005", left, StringComparison.Ordinal);
        Assert.Equal(0, new FileInfo(Assert.Single(Directory.GetFileSystemEntries(left))).Length);
        Assert.Empty(Directory.Exists(folder[".tmp"]) ? Directory.GetFiles(folder[".tmp"]) : []);
    }

    [Fact]
    public async Task Acquire_HeldAndRenewedFarLongerThanItLasts_GivesUpAndNamesTheHolder()
    {
        // Long enough that a busy machine does not keep the holder from renewing.
        await using var held = await Of("hohe-eiche", 4 * second).AcquireAsync(Cancel);

        var failure = await Assert.ThrowsAsync<LeaseException>(() => Of("b", 4 * second, longestWait: 10 * second).AcquireAsync(Cancel));

        Assert.Equal("LeaseBusy", failure.What.Key);
        Assert.Equal(["hohe-eiche", $"{Environment.ProcessId}"], failure.What.Arguments.Take(2));
        await held.EnsureHeldAsync(Cancel);
    }

    [Fact]
    public async Task Acquire_HolderOfAnotherHostDoesNotRenew_TakesOverAfterTheLengthThatItNamed()
    {
        Assert.True(folders.TryTake(7, Holder("elsewhere", Environment.ProcessId, second)));
        var watch = Stopwatch.StartNew();

        await using var lease = await Of("here", length: TimeSpan.FromSeconds(60)).AcquireAsync(Cancel);

        Assert.InRange(watch.Elapsed, second, TimeSpan.FromSeconds(30));
        Assert.Equal(8, lease.Token);
        Assert.False(Directory.Exists(folders.Of(7)));
    }

    [Fact]
    public async Task Acquire_HolderCannotBeRead_TakesOverAfterTheOwnLength()
    {
        Assert.True(folders.TryTake(1, Holder("elsewhere", 1, second)));
        await File.WriteAllBytesAsync(Path.Combine(folders.Of(1), "holder"), new byte[200], Cancel);
        var watch = Stopwatch.StartNew();

        await using var lease = await Of("here", second).AcquireAsync(Cancel);

        Assert.InRange(watch.Elapsed, second, TimeSpan.FromSeconds(30));
        Assert.Equal(2, lease.Token);
    }

    [Fact]
    public async Task Acquire_HolderOfThisHostIsDead_TakesOverAtOnce()
    {
        Assert.True(folders.TryTake(1, Holder("here", await DeadProcessAsync(), second)));

        await using var lease = await Of("here", longestWait: TimeSpan.Zero).AcquireAsync(Cancel);

        Assert.Equal(2, lease.Token);
    }

    [Fact]
    public async Task Acquire_ProcessNumberBelongsToALaterProcess_TakesOverAtOnce()
    {
        var holder = Holder("here", Environment.ProcessId, second);
        Assert.True(folders.TryTake(1, holder with { Process = holder.Process with { Started = holder.Process.Started - 1 } }));

        await using var lease = await Of("here", longestWait: TimeSpan.Zero).AcquireAsync(Cancel);

        Assert.Equal(2, lease.Token);
    }

    [Theory]
    [InlineData("elsewhere", true, "the same number means nothing on another host")]
    [InlineData("here", false, "nor in another container, or after the host was started anew")]
    public async Task Acquire_DeathIsNotCertain_Waits(string host, bool sameKernel, string because)
    {
        var holder = Holder(host, await DeadProcessAsync(), TimeSpan.FromSeconds(30));
        Assert.True(folders.TryTake(1, holder with { Process = holder.Process with { Kernel = sameKernel ? holder.Process.Kernel : "other" } }));

        var failure = await Record.ExceptionAsync(() => Of("here", longestWait: TimeSpan.Zero).AcquireAsync(Cancel));

        Assert.True(failure is LeaseException, because);
    }

    [Fact]
    public async Task Acquire_LookedAroundTooLongAgo_DoesNotTakeATokenThatIsOver()
    {
        Assert.True(folders.TryTake(1, Holder("a", 1, second)));
        Assert.True(folders.TryTake(2, Holder("a", 1, second)));
        Assert.True(folders.TryTake(3, Holder("a", 1, second)));

        Assert.False(folders.TryTake(2, Holder("b", 1, second)));
        Assert.False(folders.TryTake(3, Holder("b", 1, second)));

        Assert.Equal([folders.Of(3)], Directory.GetFileSystemEntries(folder["leases"]));
        Assert.Equal("a", folders.Look(3).Holder!.Process.Host);
        await Task.CompletedTask;
    }

    [Fact]
    public async Task FencedStore_FolderMovedAwayInTheMiddle_NeitherPublishesNorDeletes()
    {
        // Without any look at the lease: what happens when a holder falls asleep right after it.
        var own = Directory.CreateDirectory(folder["own"]).FullName;
        var fenced = new FencedDirectoryStore(store, own);
        await fenced.WriteAsync("packs/old", (stream, token) => stream.WriteAsync(new byte[] { 1 }, token).AsTask(), Cancel);

        var published = await Record.ExceptionAsync(() => fenced.WriteAsync(
            "snapshots/late",
            async (stream, token) =>
            {
                await stream.WriteAsync(new byte[] { 2 }, token);
                Directory.Move(own, folder["taken"]);
            },
            Cancel));
        var deleted = await Record.ExceptionAsync(() => fenced.DeleteAsync("packs/old", Cancel));

        Assert.IsType<StorageException>(published);
        Assert.IsType<StorageException>(deleted);
        Assert.Null(await store.FindAsync("snapshots/late", Cancel));
        Assert.NotNull(await store.FindAsync("packs/old", Cancel));
    }

    [Fact]
    public void Watch_CounterStandsStill_IsOverByTheWaitersOwnClockAlone()
    {
        var clock = new FakeClock(new DateTimeOffset(2026, 11, 20, 20, 0, 0, TimeSpan.Zero));
        var watch = new LeaseWatch(second, LeaseProcess.Describe("here"), clock);
        // A clock that is years off says nothing.
        var holder = Holder("elsewhere", 1, second) with { SinceUtc = DateTimeOffset.UnixEpoch };

        Assert.False(watch.IsOver(1, new LeaseView(holder, IsFree: false, "1")));
        clock.Advance(0.9 * second);
        Assert.False(watch.IsOver(1, new LeaseView(holder, IsFree: false, "2")));
        clock.Advance(0.9 * second);
        Assert.False(watch.IsOver(1, new LeaseView(holder, IsFree: false, "2")));
        clock.Advance(0.1 * second);
        Assert.True(watch.IsOver(1, new LeaseView(holder, IsFree: false, "2")));
        Assert.False(watch.IsOver(2, new LeaseView(holder, IsFree: false, "2")));
    }

    [Theory]
    [InlineData(0, 60)]
    [InlineData(3600, 60)]
    [InlineData(30, -1)]
    public void Options_OutOfRange_AreRefused(int length, int wait)
    {
        var options = new LeaseOptions { Length = TimeSpan.FromSeconds(length), LongestWait = TimeSpan.FromSeconds(wait) };

        Assert.True(new LeaseOptionsValidator().Validate(null, options).Failed);
        Assert.True(new LeaseOptionsValidator().Validate(null, new LeaseOptions()).Succeeded);
    }

    private static LeaseHolder Holder(string host, int process, TimeSpan length) => new(
        Guid.NewGuid().ToString("N"), (long)length.TotalMilliseconds, DateTimeOffset.UnixEpoch, LeaseProcess.Describe(host) with { Number = process });

    private static async Task<int> DeadProcessAsync()
    {
        using var process = Process.Start("sleep", ["60"]);
        process.Kill();
        await process.WaitForExitAsync(Cancel);
        return process.Id;
    }

    private DirectoryLeases Of(string host, TimeSpan? length = null, TimeSpan? longestWait = null)
    {
        var options = new LeaseOptions { Length = length ?? TimeSpan.FromSeconds(30), LongestWait = longestWait ?? TimeSpan.FromSeconds(30) };
        return new DirectoryLeases(store, options, TimeProvider.System, LeaseProcess.Describe(host));
    }
}
