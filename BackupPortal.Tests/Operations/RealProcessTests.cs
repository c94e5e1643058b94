using BackupPortal.Core.Operations;

namespace BackupPortal.Tests.Operations;

/// <summary>The built program as other processes on the data root.</summary>
public class RealProcessTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Migrate_ThreeProcessesOnAFreshDataRoot_AllSucceed()
    {
        using var folder = new TestFolder();
        var program = new ProgramUnderTest(folder["data"]);

        var results = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => program.RunAsync("tenant", "list", "--json")));

        Assert.All(results, result => Assert.Equal((0, ""), (result.ExitCode, result.Errors)));
    }

    [Fact]
    public async Task Backup_KilledWhileItWaitsForTheLease_IsInterruptedAndHoldsNobodyUp()
    {
        await using var portal = await FakeWork.PortalAsync((_, _) => Task.CompletedTask);
        var tenant = await portal.AddTenantAsync();
        var lease = portal.Get<TenantLeases>().TryAcquire(tenant, operation: null)!;
        using var command = new ProgramUnderTest(portal.Root.Path).Start("backup", tenant.Slug.Value);
        await ProgramUnderTest.WaitForLineAsync(command.StandardError, "waiting");
        var waiting = Assert.Single(await portal.Get<OperationHistory>().ListAsync(tenant.Id, 10, None));
        Assert.Equal(0, await portal.Get<OperationRecovery>().RunAsync(None));
        Assert.Equal(OperationState.Queued, waiting.State);

        command.Kill();
        await command.WaitForExitAsync(TestContext.Current.CancellationToken);
        lease.Dispose();
        await using var worker = portal.StartWorker();
        var next = await portal.EnqueueAsync(tenant.Id);

        Assert.Equal(OperationState.Interrupted, (await portal.WaitForEndAsync(tenant.Id, waiting.Id)).State);
        Assert.Equal(OperationState.Succeeded, (await portal.WaitForEndAsync(tenant.Id, next)).State);
    }
}
