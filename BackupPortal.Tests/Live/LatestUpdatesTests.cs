using System.Threading.Channels;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Tenancy;
using BackupPortal.Live;
using Microsoft.Extensions.Logging.Abstractions;

namespace BackupPortal.Tests.Live;

public sealed class LatestUpdatesTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly Channel<OperationView> received = Channel.CreateUnbounded<OperationView>();

    [Fact]
    public async Task Post_FasterThanTheInterval_DeliversTheFirstAndTheLastOnly()
    {
        var time = new HeldTime();
        await using var updates = new LatestUpdates(
            async view => await received.Writer.WriteAsync(view), CircuitFeed.Interval, time, NullLogger.Instance);
        var (tenant, id) = (TenantId.Create(), OperationId.Create());
        updates.Post(TestOperations.Running(tenant, 0, id));
        Assert.Equal(0, (await NextAsync()).Progress!.Fraction);
        await time.Waited.WaitAsync(Patience, TestContext.Current.CancellationToken);

        for (var percent = 1; percent <= 100; percent++)
            updates.Post(TestOperations.Running(tenant, percent / 100.0, id));
        Assert.False(received.Reader.TryRead(out _));
        time.Ring();

        Assert.Equal(1.0, (await NextAsync()).Progress!.Fraction);
        Assert.Equal(CircuitFeed.Interval, time.LastWait);
        Assert.False(received.Reader.TryRead(out _));
    }

    [Fact]
    public async Task Post_ForSeveralOperationsDuringThePause_DeliversTheLastOfEach()
    {
        var time = new HeldTime();
        await using var updates = new LatestUpdates(
            async view => await received.Writer.WriteAsync(view), CircuitFeed.Interval, time, NullLogger.Instance);
        var (tenant, first, second) = (TenantId.Create(), OperationId.Create(), OperationId.Create());
        updates.Post(TestOperations.Running(tenant, 0, first));
        await NextAsync();
        await time.Waited.WaitAsync(Patience, TestContext.Current.CancellationToken);

        updates.Post(TestOperations.Running(tenant, 0.1, first));
        updates.Post(TestOperations.Running(tenant, 0.2, second));
        updates.Post(TestOperations.Running(tenant, 0.3, first));
        time.Ring();

        OperationView[] delivered = [await NextAsync(), await NextAsync()];
        Assert.Equal(0.3, delivered.Single(view => view.Id == first).Progress!.Fraction);
        Assert.Equal(0.2, delivered.Single(view => view.Id == second).Progress!.Fraction);
    }

    private async Task<OperationView> NextAsync() =>
        await received.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience, TestContext.Current.CancellationToken);

    /// <summary>A clock whose timers ring only when told to.</summary>
    private sealed class HeldTime : TimeProvider
    {
        private readonly TaskCompletionSource waited = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private Action? ring;

        /// <summary>Ends when somebody waits on this clock for the first time.</summary>
        public Task Waited => waited.Task;

        public TimeSpan LastWait { get; private set; }

        public void Ring() => ring!();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            LastWait = dueTime;
            ring = () => callback(state);
            waited.TrySetResult();
            return new HeldTimer();
        }

        private sealed class HeldTimer : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
