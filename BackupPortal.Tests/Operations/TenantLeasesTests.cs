using BackupPortal.Core.Operations;
using BackupPortal.Tests.Catalog;

namespace BackupPortal.Tests.Operations;

public class TenantLeasesTests
{
    [Fact]
    public async Task TryAcquire_AgainAndAgain_CountsTheTokenUpAndNotesTheHolder()
    {
        await using var portal = await TestPortal.CreateAsync();
        var tenant = await portal.AddTenantAsync();
        var leases = portal.Get<TenantLeases>();
        var operation = OperationId.Create();
        var first = leases.TryAcquire(tenant, operation)!;

        Assert.Null(leases.TryAcquire(tenant, operation: null));
        first.Dispose();
        var note = await File.ReadAllTextAsync(Path.Combine(tenant.Home.Repository, "lease"), TestContext.Current.CancellationToken);
        using var second = leases.TryAcquire(tenant, operation: null);

        Assert.Equal(first.Token + 1, second!.Token);
        Assert.Contains($"\"Token\":{first.Token}", note, StringComparison.Ordinal);
        Assert.Contains(operation.Value.ToString(), note, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TryAcquire_HeldByARealProcess_IsFreeOnceItIsKilled()
    {
        await using var portal = await TestPortal.CreateAsync();
        var tenant = await portal.AddTenantAsync();
        using var holder = await LeaseHolderProcess.StartAsync(tenant);

        Assert.Null(portal.Get<TenantLeases>().TryAcquire(tenant, operation: null));
        await holder.KillAsync();
        using var lease = portal.Get<TenantLeases>().TryAcquire(tenant, operation: null);

        Assert.NotNull(lease);
    }

    [Fact]
    public async Task TryAcquire_LeaseFileCutOff_NeverCountsBackwards()
    {
        await using var portal = await TestPortal.CreateAsync();
        var tenant = await portal.AddTenantAsync();
        var leases = portal.Get<TenantLeases>();
        long before;
        using (var lease = leases.TryAcquire(tenant, operation: null))
            before = lease!.Token;
        await File.WriteAllTextAsync(Path.Combine(tenant.Home.Repository, "lease"), "{\"Tok", CancellationToken.None);

        using var next = leases.TryAcquire(tenant, operation: null);

        Assert.True(next!.Token > before);
    }

    [Fact]
    public async Task TryAcquire_TwoTenants_DoNotMeet()
    {
        await using var portal = await TestPortal.CreateAsync();
        var leases = portal.Get<TenantLeases>();

        using var one = leases.TryAcquire(await portal.AddTenantAsync("one"), operation: null);
        using var two = leases.TryAcquire(await portal.AddTenantAsync("two"), operation: null);

        Assert.NotNull(one);
        Assert.NotNull(two);
    }
}
