using BackupPortal.Core.Operations;
using BackupPortal.Tests.Catalog;

namespace BackupPortal.Tests.Operations;

/// <summary>Operations that are cancelled, and a worker that is stopped.</summary>
public class OperationStopTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Cancel_Queued_NeverRuns()
    {
        var ran = false;
        await using var portal = await FakeWork.PortalAsync((_, _) =>
        {
            ran = true;
            return Task.CompletedTask;
        });
        var tenant = await portal.AddTenantAsync();
        var first = await portal.EnqueueAsync(tenant.Id);

        Assert.True(await portal.Get<OperationQueue>().CancelAsync(tenant.Id, first, None));
        Assert.False(await portal.Get<OperationQueue>().CancelAsync(tenant.Id, first, None));

        var later = await portal.EnqueueAsync(tenant.Id);
        await portal.Get<OperationQueue>().CancelAsync(tenant.Id, later, None);
        await using (portal.StartWorker())
            Assert.Equal(OperationState.Cancelled, (await portal.WaitForEndAsync(tenant.Id, later)).State);
        Assert.False(ran);
    }

    [Fact]
    public async Task Cancel_Running_StopsItAndSaysSo()
    {
        var started = new TaskCompletionSource();
        await using var portal = await FakeWork.PortalAsync(async (_, cancel) =>
        {
            started.SetResult();
            await Task.Delay(Timeout.Infinite, cancel);
        });
        var tenant = await portal.AddTenantAsync();
        await using var worker = portal.StartWorker();
        var id = await portal.EnqueueAsync(tenant.Id);
        await started.Task.Bounded();

        Assert.True(await portal.Get<OperationQueue>().CancelAsync(tenant.Id, id, None));

        var end = await portal.WaitForEndAsync(tenant.Id, id);
        Assert.Equal((OperationState.Cancelled, "CancelledRunning"), (end.State, end.Error!.Key));
    }

    [Fact]
    public async Task Cancel_OfAnotherTenantsOperation_IsNotFound()
    {
        await using var portal = await FakeWork.PortalAsync((_, _) => Task.CompletedTask);
        var (one, two) = (await portal.AddTenantAsync("one"), await portal.AddTenantAsync("two"));
        var id = await portal.EnqueueAsync(one.Id);

        Assert.False(await portal.Get<OperationQueue>().CancelAsync(two.Id, id, None));
        Assert.Null(await portal.Get<OperationHistory>().FindAsync(two.Id, id, None));
        Assert.Equal(OperationState.Queued, (await portal.Get<OperationHistory>().FindAsync(one.Id, id, None))!.State);
    }

    [Fact]
    public async Task Cancel_AfterCommitBegan_IsRefusedAndWorkIsFinished()
    {
        var committing = new TaskCompletionSource();
        var goOn = new TaskCompletionSource();
        await using var portal = await FakeWork.PortalAsync(async (context, cancel) =>
        {
            context.BeginCommit();
            context.BeginCommit();
            committing.SetResult();
            await goOn.Task.WaitAsync(cancel);
        });
        var tenant = await portal.AddTenantAsync();
        await using var worker = portal.StartWorker();
        var id = await portal.EnqueueAsync(tenant.Id);
        await committing.Task.Bounded();

        Assert.False(await portal.Get<OperationQueue>().CancelAsync(tenant.Id, id, None));
        Assert.False((await portal.WaitForAsync(tenant.Id, id, view => !view.CanCancel)).CanCancel);
        goOn.SetResult();

        Assert.Equal(OperationState.Succeeded, (await portal.WaitForEndAsync(tenant.Id, id)).State);
    }

    [Fact]
    public async Task BeginCommit_AfterCancelOfAnotherProcess_IsRefused()
    {
        var started = new TaskCompletionSource();
        var cancelled = new TaskCompletionSource();
        var commits = false;
        await using var portal = await FakeWork.PortalAsync(async (context, _) =>
        {
            started.SetResult();
            await cancelled.Task;
            context.BeginCommit();
            commits = true;
        });
        await using var other = await TestPortal.CreateAsync(shareWith: portal);
        var tenant = await portal.AddTenantAsync();
        await using var worker = portal.StartWorker();
        var id = await portal.EnqueueAsync(tenant.Id);
        await started.Task.Bounded();

        Assert.True(await other.Get<OperationQueue>().CancelAsync(tenant.Id, id, None));
        cancelled.SetResult();

        Assert.Equal(OperationState.Cancelled, (await portal.WaitForEndAsync(tenant.Id, id)).State);
        Assert.False(commits);
    }

    [Fact]
    public async Task Stop_BeforeCommit_IsInterruptedAndCanBeRepeated()
    {
        var started = new TaskCompletionSource();
        await using var portal = await FakeWork.PortalAsync(async (_, cancel) =>
        {
            if (started.TrySetResult())
                await Task.Delay(Timeout.Infinite, cancel);
        });
        var tenant = await portal.AddTenantAsync();
        OperationId id;
        await using (portal.StartWorker())
        {
            id = await portal.EnqueueAsync(tenant.Id);
            await started.Task.Bounded();
        }

        var end = (await portal.Get<OperationHistory>().FindAsync(tenant.Id, id, None))!;
        Assert.Equal((OperationState.Interrupted, "StoppedWithProgram"), (end.State, end.Error!.Key));
        await using var worker = portal.StartWorker();
        var again = await portal.Get<OperationQueue>().RepeatAsync(tenant.Id, id, "anna", None);
        Assert.Equal(OperationState.Succeeded, (await portal.WaitForEndAsync(tenant.Id, again)).State);
    }

    [Fact]
    public async Task Stop_AfterCommitBegan_WaitsForTheEnd()
    {
        var committing = new TaskCompletionSource();
        var goOn = new TaskCompletionSource();
        await using var portal = await FakeWork.PortalAsync(async (context, cancel) =>
        {
            context.BeginCommit();
            committing.SetResult();
            await goOn.Task.WaitAsync(cancel);
        });
        var tenant = await portal.AddTenantAsync();
        var worker = portal.StartWorker();
        var id = await portal.EnqueueAsync(tenant.Id);
        await committing.Task.Bounded();

        var stopped = worker.DisposeAsync();
        Assert.False(stopped.IsCompleted);
        goOn.SetResult();
        await stopped;

        Assert.Equal(OperationState.Succeeded, (await portal.Get<OperationHistory>().FindAsync(tenant.Id, id, None))!.State);
    }
}
