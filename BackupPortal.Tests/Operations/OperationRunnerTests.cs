using BackupPortal.Core.Operations;
using BackupPortal.Core.Tenancy;
using BackupPortal.Tests.Catalog;

namespace BackupPortal.Tests.Operations;

public class OperationRunnerTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task RunNow_FreeTenant_RunsAndReturnsTheEnd()
    {
        await using var portal = await FakeWork.PortalAsync((_, _) => Task.CompletedTask);
        var tenant = await portal.AddTenantAsync();

        var end = await RunNowAsync(portal, tenant, _ => Assert.Fail("Nobody has the lease."));

        Assert.Equal((OperationState.Succeeded, FakeWork.Outcome), (end.State, end.Outcome));
    }

    [Fact]
    public async Task RunNow_LeaseHeldByARealProcess_WaitsUntilItIsKilled()
    {
        await using var portal = await FakeWork.PortalAsync((_, _) => Task.CompletedTask);
        var tenant = await portal.AddTenantAsync();
        using var holder = await LeaseHolderProcess.StartAsync(tenant);
        var waiting = new TaskCompletionSource();

        var run = RunNowAsync(portal, tenant, _ => waiting.SetResult());
        await waiting.Task.Bounded();
        var queued = Assert.Single(await portal.Get<OperationHistory>().ListAsync(tenant.Id, 10, None));
        await holder.KillAsync();

        Assert.Equal(OperationState.Queued, queued.State);
        Assert.Equal(OperationState.Succeeded, (await run.Bounded()).State);
    }

    [Fact]
    public async Task RunNow_TwoProcessesManyTimes_NeverOverlap()
    {
        const int each = 4;
        var (running, most, waiting) = (0, 0, 0);
        var allWait = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        // The first one stays until all the others are at the door.
        async Task Work(OperationContext context, CancellationToken cancel)
        {
            most = Math.Max(most, Interlocked.Increment(ref running));
            await allWait.Task.WaitAsync(OperationWatch.Bound, cancel);
            Interlocked.Decrement(ref running);
        }
        void Waits(OperationView? ahead)
        {
            if (Interlocked.Increment(ref waiting) == (2 * each) - 1)
                allWait.SetResult();
        }
        await using var one = await FakeWork.PortalAsync(Work);
        await using var two = await FakeWork.PortalAsync(Work, shareWith: one);
        var tenant = await one.AddTenantAsync();
        await using var worker = one.StartWorker();

        var runs = Enumerable.Range(0, each).SelectMany(_ => new[] { RunNowAsync(one, tenant, Waits), RunNowAsync(two, tenant, Waits) }).ToList();
        var queued = await one.EnqueueAsync(tenant.Id);
        var ends = await Task.WhenAll(runs).Bounded();
        await one.WaitForEndAsync(tenant.Id, queued);

        Assert.All(ends, end => Assert.Equal(OperationState.Succeeded, end.State));
        Assert.Equal(1, most);
    }

    [Fact]
    public async Task RunNow_WhileThePortalWorks_IsNeverTakenByItsWorker()
    {
        await using var portal = await FakeWork.PortalAsync((_, _) => throw new InvalidOperationException("Taken by the worker."));
        await using var commandLine = await FakeWork.PortalAsync((_, _) => Task.CompletedTask, shareWith: portal);
        var tenant = await portal.AddTenantAsync();
        var waiting = new TaskCompletionSource();
        var lease = portal.Get<TenantLeases>().TryAcquire(tenant, operation: null)!;
        await using var worker = portal.StartWorker();

        var run = RunNowAsync(commandLine, tenant, _ => waiting.SetResult());
        await waiting.Task.Bounded();
        lease.Dispose();

        Assert.Equal(OperationState.Succeeded, (await run.Bounded()).State);
    }

    [Fact]
    public async Task RunNow_TakenBackByThePortalWhileItWaits_IsCancelled()
    {
        await using var portal = await FakeWork.PortalAsync((_, _) => Task.CompletedTask);
        await using var commandLine = await FakeWork.PortalAsync((_, _) => throw new InvalidOperationException("Cancelled."), shareWith: portal);
        var tenant = await portal.AddTenantAsync();
        using var lease = portal.Get<TenantLeases>().TryAcquire(tenant, operation: null);
        var waiting = new TaskCompletionSource();
        var run = RunNowAsync(commandLine, tenant, _ => waiting.SetResult());
        await waiting.Task.Bounded();
        var queued = Assert.Single(await portal.Get<OperationHistory>().ListAsync(tenant.Id, 10, None));

        Assert.True(await portal.Get<OperationQueue>().CancelAsync(tenant.Id, queued.Id, None));

        Assert.Equal(OperationState.Cancelled, (await run.Bounded()).State);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task RunNow_InterruptedByItsUser_IsCancelled(bool whileWaiting)
    {
        var started = new TaskCompletionSource();
        await using var portal = await FakeWork.PortalAsync((_, cancel) =>
        {
            started.SetResult();
            return Task.Delay(Timeout.Infinite, cancel);
        });
        var tenant = await portal.AddTenantAsync();
        using var lease = whileWaiting ? portal.Get<TenantLeases>().TryAcquire(tenant, operation: null) : null;
        using var user = new CancellationTokenSource();
        var run = portal.Get<OperationRunner>().RunNowAsync(
            tenant, OperationKind.Backup, "{}", "command line", _ => started.SetResult(), user.Token);
        await started.Task.Bounded();

        await user.CancelAsync();

        Assert.Equal(OperationState.Cancelled, (await run.Bounded()).State);
    }

    [Fact]
    public async Task RunNow_CancelledByThePortalWhileItRuns_StopsWithinItsNextLook()
    {
        var started = new TaskCompletionSource();
        await using var portal = await TestPortal.CreateAsync();
        await using var commandLine = await FakeWork.PortalAsync(
            (_, cancel) =>
            {
                started.SetResult();
                return Task.Delay(Timeout.Infinite, cancel);
            },
            shareWith: portal);
        var tenant = await portal.AddTenantAsync();
        var run = RunNowAsync(commandLine, tenant);
        await started.Task.Bounded();
        var running = Assert.Single(await portal.Get<OperationHistory>().ListAsync(tenant.Id, 10, None));

        Assert.True(await portal.Get<OperationQueue>().CancelAsync(tenant.Id, running.Id, None));

        Assert.Equal(OperationState.Cancelled, (await run.Bounded()).State);
    }

    [Fact]
    public async Task RunNow_FollowedByThePortal_ShowsProgressThereBeforeTheEnd()
    {
        var seen = new TaskCompletionSource();
        await using var portal = await TestPortal.CreateAsync();
        await using var commandLine = await FakeWork.PortalAsync(
            async (context, cancel) =>
            {
                context.EnterPhase(OperationPhase.Store);
                context.Report(50, 100);
                await seen.Task.WaitAsync(cancel);
            },
            shareWith: portal);
        var tenant = await portal.AddTenantAsync();
        using var stopping = new CancellationTokenSource();
        var following = portal.Get<CatalogFollower>().RunAsync(stopping.Token);
        var ended = new TaskCompletionSource<OperationView>();
        using var subscription = portal.Get<OperationFeed>().Subscribe(tenant.Id, view =>
        {
            if (view is { State: OperationState.Running, Progress: { Phase: OperationPhase.Store, DoneBytes: 50 } })
                seen.TrySetResult();
            if (view.EndedUtc is not null)
                ended.TrySetResult(view);
        });

        var end = await RunNowAsync(commandLine, tenant).Bounded();

        Assert.Equal(end.Id, (await ended.Task.Bounded()).Id);
        await stopping.CancelAsync();
        await following;
    }

    private static Task<OperationView> RunNowAsync(TestPortal portal, Tenant tenant, Action<OperationView?>? onWaiting = null) =>
        portal.Get<OperationRunner>().RunNowAsync(tenant, OperationKind.Backup, "{}", "command line", onWaiting, None);
}
