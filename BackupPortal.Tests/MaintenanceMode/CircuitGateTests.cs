using System.Security.Claims;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Maintenance;
using BackupPortal.Core.Tenancy;
using BackupPortal.MaintenanceMode;
using BackupPortal.Tests.Hosting;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.Extensions.Logging.Abstractions;

namespace BackupPortal.Tests.MaintenanceMode;

public sealed class CircuitGateTests : IAsyncLifetime
{
    private PortalServer server = null!;
    private Tenant tenant = null!;
    private ClaimsPrincipal member = null!;
    private ClaimsPrincipal admin = null!;

    public async ValueTask InitializeAsync()
    {
        server = await PortalServer.StartAsync();
        tenant = await server.AddTenantAsync("north");
        member = TestPrincipal.Of(await server.AddAccountAsync("member@example.org", tenant, TenantRole.Member));
        admin = TestPrincipal.Of(await server.AddAccountAsync("admin@example.org", tenant, TenantRole.Admin));
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task Event_OfAMemberWhileTheTenantIsOpen_RunsAndIsWaitedFor()
    {
        var entered = new TaskCompletionSource();
        var leave = new TaskCompletionSource();
        var running = GateOf(member, "/t/north/data").RunAsync("circuit", () =>
        {
            entered.SetResult();
            return leave.Task;
        });
        await entered.Task;

        await EnterMaintenanceAsync();
        var fence = server.Services.GetServices<IMaintenanceFence>().OfType<TenantTraffic>().Single();
        var clear = fence.WaitUntilClearAsync(tenant.Id, TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        Assert.False(clear.IsCompleted);
        leave.SetResult();

        Assert.True(await clear);
        await running;
    }

    [Fact]
    public async Task Event_OfAMemberInMaintenance_IsNotRun()
    {
        await EnterMaintenanceAsync();

        Assert.False(await RunsAsync(member, "/t/north/data"));
    }

    [Fact]
    public async Task Event_OfAMemberAfterMaintenance_RunsAgain()
    {
        await EnterMaintenanceAsync();
        await server.Services.GetRequiredService<MaintenanceGuard>().LeaveAsync(tenant.Slug, TestContext.Current.CancellationToken);

        Assert.True(await RunsAsync(member, "/t/north/data"));
    }

    [Fact]
    public async Task Event_OfAnAdminInMaintenance_Runs()
    {
        await EnterMaintenanceAsync();

        Assert.True(await RunsAsync(admin, "/t/north/backups"));
    }

    [Fact]
    public async Task Event_OnAPageOfNoTenant_Runs()
    {
        await EnterMaintenanceAsync();

        Assert.True(await RunsAsync(member, "/"));
    }

    private async Task<bool> RunsAsync(ClaimsPrincipal user, string page)
    {
        var hasRun = false;
        await GateOf(user, page).RunAsync("circuit", () =>
        {
            hasRun = true;
            return Task.CompletedTask;
        });
        return hasRun;
    }

    private Task EnterMaintenanceAsync() => server.Services.GetRequiredService<MaintenanceGuard>()
        .EnterAsync(tenant.Slug, null, "test", TestContext.Current.CancellationToken);

    private CircuitGate GateOf(ClaimsPrincipal user, string page) => new(
        server.Services.GetRequiredService<MaintenanceGate>(), new FixedAddress(page), new FixedUser(user), NullLogger<CircuitGate>.Instance);

    private sealed class FixedUser(ClaimsPrincipal user) : AuthenticationStateProvider
    {
        public override Task<AuthenticationState> GetAuthenticationStateAsync() => Task.FromResult(new AuthenticationState(user));
    }

    private sealed class FixedAddress : NavigationManager
    {
        public FixedAddress(string page) => Initialize("http://127.0.0.1/", $"http://127.0.0.1{page}");
    }
}
