using System.Diagnostics;
using BackupPortal.Core.Repository;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Storage;
using BackupPortal.Tests.Repository;

namespace BackupPortal.Tests.Scenarios;

/// <summary>Real processes, as of several hosts, that write to one repository in one directory.</summary>
public sealed class LeaseTests : IDisposable
{
    private static readonly TimeSpan second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan minute = TimeSpan.FromMinutes(1);

    private readonly TestFolder folder = new();

    public LeaseTests() => SampleDatabase.Create(Database, 50);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Database => folder["app.db"];

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("eiche", "eiche")]
    [InlineData("eiche", "linde")]
    public async Task Backup_TwoProcessesAtOnce_OneAfterTheOtherAndAllWhole(string oneHost, string otherHost)
    {
        const int each = 3;
        using var one = WritingProcess.Start(oneHost, folder["repository"], Database, 5 * second, each);
        using var other = WritingProcess.Start(otherHost, folder["repository"], Database, 5 * second, each);

        var made = await Task.WhenAll(WriteAllAsync(one), WriteAllAsync(other));

        var rig = Rig("buche");
        Assert.All(made, mine => Assert.Equal(each, mine.Count));
        Assert.Equal(
            made.SelectMany(mine => mine).Order(StringComparer.Ordinal),
            (await rig.Repository.ListAsync(Cancel)).Select(id => id.Value).Order(StringComparer.Ordinal));
        await AssertAllWholeAsync(rig);
        Assert.Single(Directory.GetFileSystemEntries(folder["repository/leases"]));
    }

    [Fact]
    public async Task Backup_WriterOfThisHostWasKilled_NextOneGoesAheadAtOnce()
    {
        await KillWriterAsync("eiche", minute);
        var rig = Rig("eiche", longestWait: TimeSpan.Zero);

        var record = await rig.BackupAsync(Database, null, Cancel);

        Assert.Equal([record.Id], await rig.Repository.ListAsync(Cancel));
    }

    [Fact]
    public async Task Backup_WriterOfAnotherHostWasKilled_NextOneGoesAheadWhenItsLeaseIsOver()
    {
        await KillWriterAsync("eiche", second);
        var watch = Stopwatch.StartNew();
        var rig = Rig("linde");

        var record = await rig.BackupAsync(Database, null, Cancel);

        Assert.InRange(watch.Elapsed, second, minute);
        Assert.Equal([record.Id], await rig.Repository.ListAsync(Cancel));
    }

    [Fact]
    public async Task Backup_StoppedWriterWakesUpAfterAnotherTookOver_FailsInWordsAndPublishesNothing()
    {
        using var stopped = WritingProcess.Start("eiche", folder["repository"], Database, second, 1);
        Assert.Equal("holding", await stopped.ReadAsync());
        await stopped.SignalAsync("STOP");
        var rig = Rig("linde");
        var record = await rig.BackupAsync(Database, null, Cancel);
        await stopped.GoOnAsync();

        await stopped.SignalAsync("CONT");
        var end = await stopped.ReadAsync();

        Assert.StartsWith("LeaseLost", end, StringComparison.Ordinal);
        Assert.Equal([record.Id], await rig.Repository.ListAsync(Cancel));
        await AssertAllWholeAsync(rig);
        // Nor does its end give away what is another's.
        await rig.BackupAsync(Database, null, Cancel);
    }

    private static async Task<List<string>> WriteAllAsync(WritingProcess process)
    {
        var made = new List<string>();
        while (await process.ReadAsync() is var line && line != "ended")
        {
            if (line == "holding")
                await process.GoOnAsync();
            else
                made.Add(line);
        }
        return made;
    }

    private static async Task AssertAllWholeAsync(RepositoryRig rig)
    {
        foreach (SnapshotId id in await rig.Repository.ListAsync(Cancel))
            Assert.Empty(await (await rig.OpenAsync(id, Cancel)).VerifyAsync(null, Cancel));
    }

    /// <summary>Somebody takes the lease and dies.</summary>
    private async Task KillWriterAsync(string host, TimeSpan leaseLength)
    {
        using var killed = WritingProcess.Start(host, folder["repository"], Database, leaseLength, 1);
        Assert.Equal("holding", await killed.ReadAsync());
        await killed.SignalAsync("KILL");
    }

    private RepositoryRig Rig(string host, TimeSpan? longestWait = null)
    {
        var store = new LocalDirectoryStore(folder["repository"], TimeProvider.System);
        var options = new LeaseOptions { Length = second, LongestWait = longestWait ?? minute };
        return new RepositoryRig(folder, store, leases: new DirectoryLeases(store, options, TimeProvider.System, LeaseProcess.Describe(host)));
    }
}
