using System.Threading.Channels;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Tenancy;
using BackupPortal.Live;
using Microsoft.Extensions.Logging.Abstractions;

namespace BackupPortal.Tests.Live;

public sealed class CircuitFeedTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly OperationFeed feed = new(NullLogger<OperationFeed>.Instance);
    private readonly Channel<OperationView> received = Channel.CreateUnbounded<OperationView>();
    private readonly TenantId tenant = TenantId.Create();

    [Fact]
    public async Task Subscribe_ToOneTenant_HearsOnlyOfIt()
    {
        var updates = new CircuitFeed(feed, TimeProvider.System, NullLogger<CircuitFeed>.Instance);
        await using var subscription = updates.Subscribe(tenant, async view => await received.Writer.WriteAsync(view));

        feed.Publish(TestOperations.Running(TenantId.Create(), 0.1));
        feed.Publish(TestOperations.Running(tenant, 0.7));

        Assert.Equal(0.7, (await NextAsync()).Progress!.Fraction);
    }

    [Fact]
    public async Task Publish_WhenTheReceiverFails_StillDeliversWhatFollows()
    {
        var updates = new CircuitFeed(feed, TimeProvider.System, NullLogger<CircuitFeed>.Instance);
        await using var subscription = updates.Subscribe(tenant, view =>
        {
            received.Writer.TryWrite(view);
            throw new InvalidOperationException("This reader is gone.");
        });
        feed.Publish(TestOperations.Running(tenant, 0.1));
        await NextAsync();

        feed.Publish(TestOperations.Running(tenant, 0.2));

        Assert.Equal(0.2, (await NextAsync()).Progress!.Fraction);
    }

    [Fact]
    public async Task Dispose_WhileAnUpdateIsDelivered_WaitsForItAndDeliversNothingAfterwards()
    {
        var entered = new TaskCompletionSource();
        var leave = new TaskCompletionSource();
        var calls = 0;
        var updates = new CircuitFeed(feed, TimeProvider.System, NullLogger<CircuitFeed>.Instance);
        var subscription = updates.Subscribe(tenant, async _ =>
        {
            calls++;
            entered.TrySetResult();
            await leave.Task;
        });
        feed.Publish(TestOperations.Running(tenant, 0.1));
        await entered.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);

        var disposal = subscription.DisposeAsync().AsTask();
        feed.Publish(TestOperations.Running(tenant, 0.2));
        Assert.False(disposal.IsCompleted);
        leave.SetResult();
        await disposal.WaitAsync(Patience, TestContext.Current.CancellationToken);

        Assert.Equal(1, calls);
    }

    private async Task<OperationView> NextAsync() =>
        await received.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience, TestContext.Current.CancellationToken);
}
