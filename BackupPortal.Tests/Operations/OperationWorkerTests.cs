using System.Collections.Concurrent;
using BackupPortal.Core.Messages;
using BackupPortal.Core.Operations;
using BackupPortal.Tests.Catalog;

namespace BackupPortal.Tests.Operations;

public class OperationWorkerTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Run_QueuedWork_KeepsOutcomeProgressAndWholeLog()
    {
        await using var portal = await FakeWork.PortalAsync((context, _) =>
        {
            context.EnterPhase(OperationPhase.Store);
            context.Report(5, 10);
            for (var line = 0; line < 1000; line++)
                context.Log(new Message("Operations", "LinesLost", $"{line}"), LogSeverity.Warning);
            return Task.CompletedTask;
        });
        var tenant = await portal.AddTenantAsync();
        await using var worker = portal.StartWorker();

        var id = await portal.EnqueueAsync(tenant.Id);
        await portal.WaitForEndAsync(tenant.Id, id);

        var kept = (await portal.Get<OperationHistory>().FindAsync(tenant.Id, id, None))!;
        Assert.Equal((OperationState.Succeeded, "anna", false), (kept.State, kept.RequestedBy, kept.CanCancel));
        Assert.Equal(FakeWork.Outcome, kept.Outcome);
        Assert.Equal([OperationPhase.Check, OperationPhase.Store, OperationPhase.Finish], kept.Phases);
        Assert.Equal((1.0, 5, 10), (kept.Progress!.Fraction, kept.Progress.DoneBytes, kept.Progress.TotalBytes));
        Assert.True(kept.QueuedUtc <= kept.StartedUtc && kept.StartedUtc <= kept.EndedUtc);
        var log = await portal.Get<OperationHistory>().ReadLogAsync(tenant.Id, id, None);
        Assert.Equal(Enumerable.Range(0, 1000).Select(line => $"{line}"), log.Select(entry => entry.Text.Arguments[0]));
    }

    [Fact]
    public async Task Run_ManyOnTwoTenants_OneATenantInOrderAndTenantsInParallel()
    {
        ConcurrentQueue<OperationId> order = new();
        ConcurrentDictionary<Guid, int> perTenant = new();
        var mostPerTenant = 0;
        var both = new Barrier(2);
        await using var portal = await FakeWork.PortalAsync(
            async (context, cancel) =>
            {
                order.Enqueue(context.Id);
                var now = perTenant.AddOrUpdate(context.Tenant.Id.Value, 1, (_, count) => count + 1);
                mostPerTenant = Math.Max(mostPerTenant, now);
                // Only passes when the other tenant's operation is here, too.
                await Task.Run(() => Assert.True(both.SignalAndWait(OperationWatch.Bound, cancel)), cancel);
                perTenant.AddOrUpdate(context.Tenant.Id.Value, 0, (_, count) => count - 1);
            },
            configure: services => services.Configure<OperationOptions>(options => options.Parallelism = 2));
        var (one, two) = (await portal.AddTenantAsync("one"), await portal.AddTenantAsync("two"));
        List<OperationId> queuedOnOne = [await portal.EnqueueAsync(one.Id), await portal.EnqueueAsync(one.Id), await portal.EnqueueAsync(one.Id)];
        List<OperationId> queuedOnTwo = [await portal.EnqueueAsync(two.Id), await portal.EnqueueAsync(two.Id), await portal.EnqueueAsync(two.Id)];

        await using var worker = portal.StartWorker();
        await portal.WaitForEndAsync(one.Id, queuedOnOne[^1]);
        await portal.WaitForEndAsync(two.Id, queuedOnTwo[^1]);

        Assert.Equal(1, mostPerTenant);
        Assert.Equal(queuedOnOne, order.Where(queuedOnOne.Contains));
        Assert.Equal(queuedOnTwo, order.Where(queuedOnTwo.Contains));
    }

    [Fact]
    public async Task Run_LimitOfOne_NeverRunsTwoAtOnce()
    {
        var (running, most) = (0, 0);
        await using var portal = await FakeWork.PortalAsync(
            async (_, _) =>
            {
                most = Math.Max(most, Interlocked.Increment(ref running));
                await Task.Yield();
                Interlocked.Decrement(ref running);
            },
            configure: services => services.Configure<OperationOptions>(options => options.Parallelism = 1));
        List<(BackupPortal.Core.Tenancy.TenantId Tenant, OperationId Id)> queued = [];
        foreach (var slug in new[] { "one", "two", "three" })
        {
            var tenant = await portal.AddTenantAsync(slug);
            queued.Add((tenant.Id, await portal.EnqueueAsync(tenant.Id)));
        }

        await using var worker = portal.StartWorker();
        foreach (var (tenant, id) in queued)
            await portal.WaitForEndAsync(tenant, id);

        Assert.Equal(1, most);
    }

    [Fact]
    public async Task Run_GivesUp_FailsWithReasonAndHint()
    {
        var what = new Message("Catalog", "TenantUnknown");
        var hint = new Message("Operations", "RepeatHint");
        await using var portal = await FakeWork.PortalAsync((_, _) => throw new PortalException(what, hint));
        var tenant = await portal.AddTenantAsync();
        await using var worker = portal.StartWorker();

        var end = await portal.WaitForEndAsync(tenant.Id, await portal.EnqueueAsync(tenant.Id));

        Assert.Equal((OperationState.Failed, what, hint), (end.State, end.Error, end.Hint));
        Assert.Equal([what], (await portal.Get<OperationHistory>().ReadLogAsync(tenant.Id, end.Id, None)).Select(entry => entry.Text));
    }

    [Fact]
    public async Task Run_DefectInWork_FailsAsUnexpectedAndWorkerGoesOn()
    {
        var calls = 0;
        await using var portal = await FakeWork.PortalAsync((_, _) =>
            calls++ == 0 ? throw new InvalidOperationException("secret detail") : Task.CompletedTask);
        var tenant = await portal.AddTenantAsync();
        await using var worker = portal.StartWorker();

        var failed = await portal.WaitForEndAsync(tenant.Id, await portal.EnqueueAsync(tenant.Id));
        var next = await portal.WaitForEndAsync(tenant.Id, await portal.Get<OperationQueue>().RepeatAsync(tenant.Id, failed.Id, "anna", None));

        Assert.Equal((OperationState.Failed, "Unexpected"), (failed.State, failed.Error!.Key));
        Assert.DoesNotContain("secret", failed.Error.ToString(), StringComparison.Ordinal);
        Assert.Equal(OperationState.Succeeded, next.State);
    }

    [Fact]
    public async Task Run_KindThatNobodyHandles_FailsWithReason()
    {
        await using var portal = await FakeWork.PortalAsync((_, _) => Task.CompletedTask);
        var tenant = await portal.AddTenantAsync();
        await using var worker = portal.StartWorker();
        var id = await portal.Get<OperationQueue>().EnqueueAsync(tenant.Id, OperationKind.Undo, "{}", "anna", None);

        Assert.Equal("NoHandler", (await portal.WaitForEndAsync(tenant.Id, id)).Error!.Key);
    }

    [Fact]
    public async Task Run_QueuedByAnotherProcess_IsFoundAndFollowedThere()
    {
        await using var portal = await FakeWork.PortalAsync((_, _) => Task.CompletedTask);
        await using var other = await TestPortal.CreateAsync(shareWith: portal);
        var tenant = await portal.AddTenantAsync();
        await using var worker = portal.StartWorker();
        using var stopping = new CancellationTokenSource();
        var following = other.Get<CatalogFollower>().RunAsync(stopping.Token);

        var end = await other.WaitForEndAsync(tenant.Id, await other.EnqueueAsync(tenant.Id));

        Assert.Equal(OperationState.Succeeded, end.State);
        await stopping.CancelAsync();
        await following;
    }

    [Fact]
    public async Task Dismiss_OnlyWhatIsOver_TakesItOffTheList()
    {
        await using var portal = await FakeWork.PortalAsync((_, _) => Task.CompletedTask);
        var tenant = await portal.AddTenantAsync();
        var history = portal.Get<OperationHistory>();
        var id = await portal.EnqueueAsync(tenant.Id);

        await history.DismissAsync(tenant.Id, id, None);
        Assert.False((await history.FindAsync(tenant.Id, id, None))!.Dismissed);
        await portal.Get<OperationQueue>().CancelAsync(tenant.Id, id, None);
        await history.DismissAsync(tenant.Id, id, None);

        Assert.True((await history.FindAsync(tenant.Id, id, None))!.Dismissed);
    }
}
