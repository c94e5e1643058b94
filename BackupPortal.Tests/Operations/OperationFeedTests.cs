using BackupPortal.Core.Operations;
using BackupPortal.Core.Tenancy;
using Microsoft.Extensions.Logging.Abstractions;

namespace BackupPortal.Tests.Operations;

public class OperationFeedTests
{
    private readonly OperationFeed _feed = new(NullLogger<OperationFeed>.Instance);
    private readonly TenantId _tenant = TenantId.Create();

    [Fact]
    public async Task Publish_SlowReceiver_GetsTheNewestAndAlwaysTheLast()
    {
        var firstIn = new TaskCompletionSource();
        var goOn = new ManualResetEventSlim();
        List<double> seen = [];
        var end = new TaskCompletionSource();
        using var subscription = _feed.Subscribe(_tenant, view =>
        {
            firstIn.TrySetResult();
            goOn.Wait(OperationWatch.Bound, TestContext.Current.CancellationToken);
            seen.Add(view.Progress!.Fraction);
            if (view.State == OperationState.Succeeded)
                end.SetResult();
        });
        var id = OperationId.Create();

        _feed.Publish(View(id, OperationState.Running, 0));
        await firstIn.Task.Bounded();
        for (var percent = 1; percent < 100; percent++)
            _feed.Publish(View(id, OperationState.Running, percent / 100.0));
        _feed.Publish(View(id, OperationState.Succeeded, 1));
        goOn.Set();
        await end.Task.Bounded();

        Assert.Equal([0, 1], seen);
    }

    [Fact]
    public async Task Publish_OlderViewAfterANewerOne_IsLeftOut()
    {
        var id = OperationId.Create();
        var other = OperationId.Create();
        List<(OperationId, OperationState, double)> seen = [];
        var done = new TaskCompletionSource();
        using var gate = new SemaphoreSlim(0);
        using var subscription = _feed.Subscribe(null, view =>
        {
            seen.Add((view.Id, view.State, view.Progress!.Fraction));
            gate.Release();
            if (view.Id == other)
                done.SetResult();
        });

        foreach (var view in new[] { View(id, OperationState.Running, 0.5), View(id, OperationState.Succeeded, 1) })
        {
            _feed.Publish(view);
            Assert.True(await gate.WaitAsync(OperationWatch.Bound, TestContext.Current.CancellationToken));
        }
        _feed.Publish(View(id, OperationState.Running, 0.7));
        _feed.Publish(View(id, OperationState.Queued, 0));
        _feed.Publish(View(other, OperationState.Queued, 0));
        await done.Task.Bounded();

        Assert.Equal([(id, OperationState.Running, 0.5), (id, OperationState.Succeeded, 1), (other, OperationState.Queued, 0)], seen);
    }

    [Fact]
    public async Task Publish_OneReceiverFails_OthersAndItsNextViewAreServed()
    {
        var calls = 0;
        var second = new TaskCompletionSource();
        using var broken = _feed.Subscribe(_tenant, _ =>
        {
            if (++calls == 2)
                second.SetResult();
            throw new InvalidOperationException("broken");
        });
        var served = new TaskCompletionSource();
        using var fine = _feed.Subscribe(_tenant, _ => served.TrySetResult());

        _feed.Publish(View(OperationId.Create(), OperationState.Queued, 0));
        _feed.Publish(View(OperationId.Create(), OperationState.Queued, 0));

        await second.Task.Bounded();
        await served.Task.Bounded();
    }

    [Fact]
    public async Task Subscribe_OneTenant_SeesOnlyItsOwn()
    {
        var seen = new TaskCompletionSource<OperationView>();
        using var subscription = _feed.Subscribe(_tenant, view => seen.TrySetResult(view));

        _feed.Publish(View(OperationId.Create(), OperationState.Queued, 0) with { Tenant = TenantId.Create() });
        var own = View(OperationId.Create(), OperationState.Queued, 0);
        _feed.Publish(own);

        Assert.Equal(own, await seen.Task.Bounded());
    }

    [Fact]
    public async Task Dispose_DuringACall_WaitsForItAndNoneBeginsAfterwards()
    {
        var inCall = new TaskCompletionSource();
        var goOn = new ManualResetEventSlim();
        var calls = 0;
        var subscription = _feed.Subscribe(_tenant, _ =>
        {
            calls++;
            inCall.TrySetResult();
            goOn.Wait(OperationWatch.Bound, TestContext.Current.CancellationToken);
        });
        _feed.Publish(View(OperationId.Create(), OperationState.Queued, 0));
        await inCall.Task.Bounded();
        _feed.Publish(View(OperationId.Create(), OperationState.Queued, 0));

        var disposing = Task.Run(subscription.Dispose, TestContext.Current.CancellationToken);
        goOn.Set();
        await disposing.Bounded();
        var callsAtDispose = calls;
        _feed.Publish(View(OperationId.Create(), OperationState.Queued, 0));
        var last = new TaskCompletionSource();
        using var probe = _feed.Subscribe(_tenant, _ => last.TrySetResult());
        _feed.Publish(View(OperationId.Create(), OperationState.Queued, 0));
        await last.Task.Bounded();

        Assert.Equal(callsAtDispose, calls);
    }

    private OperationView View(OperationId id, OperationState state, double fraction) => new(
        id, _tenant, OperationKind.Backup, state, "{}", "anna", DateTimeOffset.UnixEpoch, null,
        state == OperationState.Succeeded ? DateTimeOffset.UnixEpoch : null, [],
        new OperationProgress(OperationPhase.Store, 0, 0, fraction, 0, null), null, null, null, true, false);
}
