using BackupPortal.Core.Repository;

namespace BackupPortal.Tests.Repository;

public sealed class LowPriorityThreadsTests
{
    private readonly FakeClock time = new(DateTimeOffset.UnixEpoch);
    private readonly LowPriorityThreads threads;

    public LowPriorityThreadsTests() => threads = new LowPriorityThreads(time);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_OnAFreeMachine_GetsTimeThatNobodyElseWants()
    {
        Assert.Equal(SchedulingPolicy.Idle, await threads.Run(Policy).WaitAsync(Cancel));
        Assert.Equal(SchedulingPolicy.Usual, Policy());
    }

    [Fact]
    public async Task Run_WhatAwaits_GoesOnThere()
    {
        var policy = await threads.Run(async () =>
        {
            await Task.Yield();
            return Policy();
        }).WaitAsync(Cancel);

        Assert.Equal(SchedulingPolicy.Idle, policy);
    }

    [Fact]
    public async Task Run_WhatFails_FailsTheCaller() =>
        await Assert.ThrowsAsync<FormatException>(() => threads.Run(Fail).WaitAsync(Cancel));

    [Fact]
    public async Task Run_OnABusyMachine_GoesToUsualThreadsForAWhile()
    {
        await PinAsync();
        using var busy = new BusyCore();

        // Under a millisecond of work that takes much longer here.
        while (!threads.IsRelieved)
            await threads.Run(Spin).WaitAsync(Cancel);

        Assert.Equal(SchedulingPolicy.Usual, await threads.Run(Policy).WaitAsync(Cancel));
        time.Advance(LowPriorityThreads.Relief);
        Assert.Equal(SchedulingPolicy.Idle, await threads.Run(Policy).WaitAsync(Cancel));
    }

    /// <summary>Lets all threads run on the first core only, so that the others stay free for other tests.</summary>
    private async Task PinAsync()
    {
        using var all = new Barrier(threads.MaximumConcurrencyLevel);
        await Task.WhenAll(Enumerable.Range(0, threads.MaximumConcurrencyLevel).Select(_ => threads.Run(() =>
        {
            all.SignalAndWait(Cancel);
            return BusyCore.Pin();
        })));
    }

    private static int Fail() => throw new FormatException();

    private static int Policy() => SchedulingPolicy.Of(0);

    private static bool Spin()
    {
        Thread.SpinWait(20_000);
        return true;
    }
}
