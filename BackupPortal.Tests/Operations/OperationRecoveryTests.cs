using BackupPortal.Core.Operations;
using BackupPortal.Core.Tenancy;
using BackupPortal.Tests.Catalog;

namespace BackupPortal.Tests.Operations;

public class OperationRecoveryTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Run_RunningWithoutLease_IsInterrupted()
    {
        await using var portal = await TestPortal.CreateAsync();
        var tenant = await portal.AddTenantAsync();
        var id = await LeaveRunningAsync(portal, tenant.Id);

        Assert.Equal(1, await portal.Get<OperationRecovery>().RunAsync(None));
        Assert.Equal(0, await portal.Get<OperationRecovery>().RunAsync(None));

        var end = (await portal.Get<OperationHistory>().FindAsync(tenant.Id, id, None))!;
        Assert.Equal((OperationState.Interrupted, "InterruptedRunning", false), (end.State, end.Error!.Key, end.CanCancel));
        Assert.NotNull(end.EndedUtc);
    }

    [Fact]
    public async Task Run_RunnerKilledWhileThePortalWorks_IsInterruptedAndTheTenantGoesOn()
    {
        await using var portal = await FakeWork.PortalAsync((_, _) => Task.CompletedTask);
        var tenant = await portal.AddTenantAsync();
        using var holder = await LeaseHolderProcess.StartAsync(tenant);
        var left = await LeaveRunningAsync(portal, tenant.Id);
        await using var worker = portal.StartWorker();
        var next = await portal.EnqueueAsync(tenant.Id);

        Assert.Equal(0, await portal.Get<OperationRecovery>().RunAsync(None));
        await holder.KillAsync();

        Assert.Equal(OperationState.Interrupted, (await portal.WaitForEndAsync(tenant.Id, left)).State);
        Assert.Equal(OperationState.Succeeded, (await portal.WaitForEndAsync(tenant.Id, next)).State);
    }

    [Fact]
    public async Task Run_PutAsideByAProcessThatIsGone_IsInterruptedButNotThatOfALivingOne()
    {
        await using var portal = await TestPortal.CreateAsync();
        await using var living = await TestPortal.CreateAsync(shareWith: portal);
        var tenant = await portal.AddTenantAsync();
        living.Get<RunnerPresence>().Show();
        var ofLiving = await PutAsideAsync(portal, tenant.Id, living.Get<RunnerPresence>().Id);
        var ofDead = await PutAsideAsync(portal, tenant.Id, Guid.NewGuid());

        Assert.Equal(1, await portal.Get<OperationRecovery>().RunAsync(None));

        Assert.Equal(OperationState.Queued, (await portal.Get<OperationHistory>().FindAsync(tenant.Id, ofLiving, None))!.State);
        Assert.Equal(OperationState.Interrupted, (await portal.Get<OperationHistory>().FindAsync(tenant.Id, ofDead, None))!.State);
    }

    [Fact]
    public async Task Run_CapabilityLeftHalfDoneWork_IsAskedUnderTheLeaseAndMayTellTheEnd()
    {
        var capability = new SettlingCapability();
        await using var portal = await TestPortal.CreateAsync(services => services.AddSingleton<ICrashRecovery>(capability));
        capability.Portal = portal;
        var tenant = await portal.AddTenantAsync();
        capability.Operation = await LeaveRunningAsync(portal, tenant.Id);

        await portal.Get<OperationRecovery>().RunAsync(None);

        var end = (await portal.Get<OperationHistory>().FindAsync(tenant.Id, capability.Operation, None))!;
        Assert.Equal((OperationState.Succeeded, FakeWork.Outcome, null), (end.State, end.Outcome, end.Error));
        Assert.True(capability.LeaseWasHeld);
    }

    private static async Task<OperationId> LeaveRunningAsync(TestPortal portal, TenantId tenant)
    {
        var store = portal.Get<OperationStore>();
        var queued = await store.InsertAsync(tenant, OperationKind.Backup, "{}", "anna", runner: null, None);
        Assert.NotNull(await store.ClaimAsync(queued.Id, Guid.NewGuid(), [OperationPhase.Check], None));
        return queued.Id;
    }

    private static async Task<OperationId> PutAsideAsync(TestPortal portal, TenantId tenant, Guid runner) =>
        (await portal.Get<OperationStore>().InsertAsync(tenant, OperationKind.Backup, "{}", "command line", runner, None)).Id;

    private sealed class SettlingCapability : ICrashRecovery
    {
        public TestPortal? Portal { get; set; }

        public OperationId Operation { get; set; }

        public bool LeaseWasHeld { get; private set; }

        public async Task RecoverAsync(Tenant tenant, TenantLease lease, CancellationToken cancellationToken)
        {
            LeaseWasHeld = Portal!.Get<TenantLeases>().TryAcquire(tenant, operation: null) is null;
            await Portal.Get<OperationRecovery>().SettleAsync(
                Operation, OperationState.Succeeded, FakeWork.Outcome, error: null, hint: null, cancellationToken);
        }
    }
}
