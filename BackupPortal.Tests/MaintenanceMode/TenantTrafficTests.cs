using BackupPortal.Core.Tenancy;
using BackupPortal.MaintenanceMode;

namespace BackupPortal.Tests.MaintenanceMode;

public sealed class TenantTrafficTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(20);
    private readonly TenantTraffic traffic = new();
    private readonly TenantId tenant = TenantId.Create();

    [Fact]
    public async Task Wait_WithNobodyInside_IsClearAtOnce() =>
        Assert.True(await traffic.WaitUntilClearAsync(tenant, TimeSpan.Zero, TestContext.Current.CancellationToken));

    [Fact]
    public async Task Wait_WithVisitors_EndsWhenTheLastLeaves()
    {
        var first = traffic.Enter(tenant);
        var second = traffic.Enter(tenant);
        var waiting = traffic.WaitUntilClearAsync(tenant, Long, TestContext.Current.CancellationToken);

        first.Dispose();
        first.Dispose();
        Assert.False(waiting.IsCompleted);
        second.Dispose();

        Assert.True(await waiting);
    }

    [Fact]
    public async Task Wait_WithAVisitorWhoStays_GivesUpAfterItsBound()
    {
        using var visit = traffic.Enter(tenant);

        Assert.False(await traffic.WaitUntilClearAsync(tenant, TimeSpan.FromMilliseconds(1), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Wait_WithAVisitorOfAnotherTenant_IsClear()
    {
        using var visit = traffic.Enter(TenantId.Create());

        Assert.True(await traffic.WaitUntilClearAsync(tenant, TimeSpan.Zero, TestContext.Current.CancellationToken));
    }
}
