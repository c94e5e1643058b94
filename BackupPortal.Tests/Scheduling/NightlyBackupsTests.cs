using BackupPortal.Core.Backup;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Scheduling;
using BackupPortal.Core.Snapshots;
using BackupPortal.Tests.Catalog;
using BackupPortal.Tests.Operations;

namespace BackupPortal.Tests.Scheduling;

public class NightlyBackupsTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly FakeClock _clock = new(new DateTimeOffset(2026, 11, 20, 12, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task QueueDue_BeforeTheTime_QueuesNothing()
    {
        await using var portal = await PortalAsync();
        var tenant = await portal.AddTenantAsync();
        var next = (await portal.Get<ScheduleStore>().GetAsync(tenant.Id, None)).NextRunUtc!.Value;

        _clock.Advance(next - _clock.GetUtcNow() - TimeSpan.FromSeconds(1));

        Assert.Equal(0, await portal.Get<NightlyBackups>().QueueDueAsync(None));
    }

    [Fact]
    public async Task QueueDue_AtTheTime_QueuesOneAutomaticBackupAndMovesOn()
    {
        await using var portal = await PortalAsync();
        var tenant = await portal.AddTenantAsync();
        var schedules = portal.Get<ScheduleStore>();
        var due = (await schedules.GetAsync(tenant.Id, None)).NextRunUtc!.Value;
        _clock.Advance(due - _clock.GetUtcNow());

        Assert.Equal(1, await portal.Get<NightlyBackups>().QueueDueAsync(None));
        Assert.Equal(0, await portal.Get<NightlyBackups>().QueueDueAsync(None));

        var queued = Assert.Single(await portal.Get<OperationHistory>().ListAsync(tenant.Id, 10, None));
        Assert.Equal((OperationKind.Backup, "schedule"), (queued.Kind, queued.RequestedBy));
        Assert.Equal(SnapshotOrigin.Automatic, BackupArguments.FromJson(queued.Arguments).Origin);
        Assert.Equal(due + TimeSpan.FromDays(1), (await schedules.GetAsync(tenant.Id, None)).NextRunUtc);
    }

    [Fact]
    public async Task QueueDue_AfterFiveNightsDown_CatchesUpOnce()
    {
        await using var portal = await PortalAsync();
        var tenant = await portal.AddTenantAsync();
        _clock.Advance(TimeSpan.FromDays(5));

        Assert.Equal(1, await portal.Get<NightlyBackups>().QueueDueAsync(None));
        Assert.Equal(0, await portal.Get<NightlyBackups>().QueueDueAsync(None));

        Assert.InRange(
            (await portal.Get<ScheduleStore>().GetAsync(tenant.Id, None)).NextRunUtc!.Value - _clock.GetUtcNow(), TimeSpan.Zero, TimeSpan.FromDays(1));
    }

    [Fact]
    public async Task QueueDue_BackupUnderWay_ServesAsTheNightlyOne()
    {
        await using var portal = await PortalAsync();
        var tenant = await portal.AddTenantAsync();
        await portal.EnqueueAsync(tenant.Id);
        _clock.Advance(TimeSpan.FromDays(1));

        Assert.Equal(0, await portal.Get<NightlyBackups>().QueueDueAsync(None));

        Assert.Single(await portal.Get<OperationHistory>().ListAsync(tenant.Id, 10, None));
        Assert.True((await portal.Get<ScheduleStore>().GetAsync(tenant.Id, None)).NextRunUtc > _clock.GetUtcNow());
    }

    [Fact]
    public async Task QueueDue_SwitchedOff_QueuesNothingUntilSwitchedOnAgain()
    {
        await using var portal = await PortalAsync();
        var tenant = await portal.AddTenantAsync();
        var schedules = portal.Get<ScheduleStore>();
        await schedules.SaveAsync(tenant.Id, isOn: false, new TimeOnly(4, 30), "anna", None);
        _clock.Advance(TimeSpan.FromDays(2));

        Assert.Equal(0, await portal.Get<NightlyBackups>().QueueDueAsync(None));
        Assert.Equal(new NightlySchedule(false, new TimeOnly(4, 30), null), await schedules.GetAsync(tenant.Id, None));
        await schedules.SaveAsync(tenant.Id, isOn: true, new TimeOnly(4, 30), "anna", None);

        Assert.Equal(0, await portal.Get<NightlyBackups>().QueueDueAsync(None));
        Assert.InRange(
            (await schedules.GetAsync(tenant.Id, None)).NextRunUtc!.Value,
            new DateTimeOffset(2026, 11, 23, 3, 30, 0, TimeSpan.Zero), new DateTimeOffset(2026, 11, 23, 4, 30, 0, TimeSpan.Zero));
    }

    [Fact]
    public async Task Start_OfTheHost_QueuesWhatIsDueThroughQuartz()
    {
        await using var portal = await PortalAsync();
        var tenant = await portal.AddTenantAsync();
        _clock.Advance(TimeSpan.FromDays(1));
        var queued = new TaskCompletionSource<OperationView>(TaskCreationOptions.RunContinuationsAsynchronously);
        var host = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        BackupPortal.Core.CoreServices.AddBackupPortalCore(host.Services, portal.Root);
        host.Services.AddSingleton<TimeProvider>(_clock);
        host.Services.AddScheduling();
        using var running = host.Build();
        using var subscription = running.Services.GetRequiredService<OperationFeed>().Subscribe(tenant.Id, view => queued.TrySetResult(view));

        await running.StartAsync(None);

        Assert.Equal("schedule", (await queued.Task.Bounded()).RequestedBy);
        await running.StopAsync(None);
    }

    private Task<TestPortal> PortalAsync() => TestPortal.CreateAsync(services =>
    {
        services.AddSingleton<TimeProvider>(_clock);
        services.AddSingleton<NightlyBackups>();
    });
}
