using BackupPortal.Core.Repository;
using BackupPortal.Core.Storage;

namespace BackupPortal.Tests.Contracts;

/// <summary>What every kind of lease must do. Derive for each implementation.</summary>
public abstract class RepositoryLeasesContract
{
    protected abstract IObjectStore Store { get; }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    // Long enough for the slowest machine to serve all who wait.
    private IRepositoryLeases Leases => WaitingAtMost(TimeSpan.FromSeconds(30));

    /// <summary>Of <see cref="Store"/>.</summary>
    protected abstract IRepositoryLeases WaitingAtMost(TimeSpan longestWait);

    /// <summary>What happens to a holder that does not answer for too long: from now on another one may acquire.</summary>
    protected abstract void TakeAway();

    [Fact]
    public async Task Acquire_OneAfterAnother_TokensRise()
    {
        var tokens = new List<long>();
        for (var i = 0; i < 4; i++)
        {
            await using var lease = await Leases.AcquireAsync(Cancel);
            await lease.EnsureHeldAsync(Cancel);
            tokens.Add(lease.Token);
        }

        Assert.InRange(tokens[0], 1, long.MaxValue);
        Assert.Equal(tokens.Distinct().Order(), tokens);
    }

    [Fact]
    public async Task Acquire_WhileHeld_GivesUpInWords()
    {
        await using var lease = await Leases.AcquireAsync(Cancel);

        var failure = await Assert.ThrowsAsync<LeaseException>(() => WaitingAtMost(TimeSpan.FromMilliseconds(50)).AcquireAsync(Cancel));

        Assert.Equal(("LeaseBusy", true), (failure.What.Key, failure.CanRetry));
        await lease.EnsureHeldAsync(Cancel);
    }

    [Fact]
    public async Task Acquire_ManyAtOnce_OneHasItAtATime()
    {
        var (now, most) = (0, 0);
        await Parallel.ForEachAsync(Enumerable.Range(0, 12), new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (_, token) =>
        {
            await using var lease = await Leases.AcquireAsync(token);
            most = Math.Max(most, Interlocked.Increment(ref now));
            await Task.Yield();
            await lease.EnsureHeldAsync(token);
            Interlocked.Decrement(ref now);
        });

        Assert.Equal(1, most);
    }

    [Fact]
    public async Task Store_WhileHeld_WritesReadsAndDeletes()
    {
        await using var lease = await Leases.AcquireAsync(Cancel);

        await WriteAsync(lease, "snapshots/a");
        var buffer = new byte[3];
        await Store.ReadAsync("snapshots/a", 0, buffer, Cancel);
        await Assert.ThrowsAnyAsync<StorageException>(() => WriteAsync(lease, "snapshots/a"));
        await lease.Store.DeleteAsync("snapshots/a", Cancel);
        await lease.Store.DeleteAsync("snapshots/a", Cancel);

        Assert.Equal([1, 2, 3], buffer);
        Assert.Null(await Store.FindAsync("snapshots/a", Cancel));
    }

    [Fact]
    public async Task Store_AfterItWasTakenAway_NeitherPublishesNorDeletes()
    {
        await using var late = await Leases.AcquireAsync(Cancel);
        await WriteAsync(late, "snapshots/a");
        TakeAway();
        await using var next = await Leases.AcquireAsync(Cancel);

        await Assert.ThrowsAsync<LeaseException>(() => late.EnsureHeldAsync(Cancel));
        await Assert.ThrowsAsync<LeaseException>(() => WriteAsync(late, "snapshots/b"));
        await Assert.ThrowsAsync<LeaseException>(() => late.Store.DeleteAsync("snapshots/a", Cancel));
        await late.DisposeAsync();

        await next.EnsureHeldAsync(Cancel);
        Assert.InRange(next.Token, late.Token + 1, long.MaxValue);
        Assert.Null(await Store.FindAsync("snapshots/b", Cancel));
        Assert.NotNull(await Store.FindAsync("snapshots/a", Cancel));
    }

    [Fact]
    public async Task Store_TakenAwayWhileItWrites_DoesNotPublish()
    {
        await using var late = await Leases.AcquireAsync(Cancel);

        await Assert.ThrowsAsync<LeaseException>(() => late.Store.WriteAsync(
            "snapshots/b",
            async (stream, token) =>
            {
                await stream.WriteAsync(new byte[] { 1 }, token);
                TakeAway();
                await (await Leases.AcquireAsync(token)).DisposeAsync();
            },
            Cancel));

        Assert.Null(await Store.FindAsync("snapshots/b", Cancel));
    }

    private static Task<long> WriteAsync(IRepositoryLease lease, string key) =>
        lease.Store.WriteAsync(key, (stream, token) => stream.WriteAsync(new byte[] { 1, 2, 3 }, token).AsTask(), Cancel);
}
