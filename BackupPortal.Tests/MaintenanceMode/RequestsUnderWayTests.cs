using System.Net;
using BackupPortal.Access;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Maintenance;
using BackupPortal.Core.Sources;
using BackupPortal.Core.Tenancy;
using BackupPortal.Tests.Hosting;
using BackupPortal.Tests.Sources;

namespace BackupPortal.Tests.MaintenanceMode;

/// <summary>What is under way when users are locked out: it ends, or it is broken off; over real HTTP to the real portal.</summary>
public sealed class RequestsUnderWayTests : IAsyncLifetime
{
    private static readonly TimeSpan s_bound = TimeSpan.FromMilliseconds(200);

    private readonly TaskCompletionSource entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource leave = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private PortalServer server = null!;
    private Tenant tenant = null!;
    private Visitor member = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private MaintenanceGuard Guard => server.Services.GetRequiredService<MaintenanceGuard>();

    public async ValueTask InitializeAsync()
    {
        server = await PortalServer.StartAsync();
        tenant = await server.AddTenantAsync("north");
        await server.AddAccountAsync("member@example.org", tenant, TenantRole.Member);
        server.App.MapGet("/t/{slug}/slow", SlowAsync).WithMetadata(new RequireTenantRoleAttribute(TenantRole.Member));
        server.App.MapGet("/t/{slug}/download", DownloadAsync).WithMetadata(new RequireTenantRoleAttribute(TenantRole.Member));
        member = await server.SignInAsync("member@example.org");
    }

    public async ValueTask DisposeAsync()
    {
        leave.TrySetResult();
        member.Dispose();
        await server.DisposeAsync();
    }

    [Fact]
    public async Task Request_EndsInTime_IsAnsweredWhole()
    {
        var answer = member.GetAsync("/t/north/slow", "application/json");
        await entered.Task.WaitAsync(Token);
        await Guard.EnterAsync(tenant.Slug, null, "test", Token);
        var clearing = WaitUntilClearAsync(TimeSpan.FromSeconds(20));

        Assert.False(clearing.IsCompleted);
        leave.SetResult();

        Assert.True(await clearing);
        using var whole = await answer;
        Assert.Equal((HttpStatusCode.OK, "whole"), (whole.StatusCode, await whole.Content.ReadAsStringAsync(Token)));
    }

    [Theory]
    [InlineData("text/html")]
    [InlineData("application/json")]
    public async Task Request_TakesTooLong_IsAskedToWaitLikeANewOne(string accept)
    {
        var answer = member.GetAsync("/t/north/slow", accept);
        await entered.Task.WaitAsync(Token);
        await Guard.EnterAsync(tenant.Slug, null, "test", Token);

        Assert.True(await WaitUntilClearAsync(s_bound));

        using var refused = await answer;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.NotNull(refused.Headers.RetryAfter);
        Assert.DoesNotContain("whole", await refused.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Download_TakesTooLong_IsBrokenOffSoThatNobodyTakesItForWhole()
    {
        var answer = member.GetAsync("/t/north/download");
        await entered.Task.WaitAsync(Token);
        await Guard.EnterAsync(tenant.Slug, null, "test", Token);

        // What does not look at whether it is to end goes on; nobody hears of it any more.
        Assert.False(await WaitUntilClearAsync(s_bound));

        await Assert.ThrowsAsync<HttpRequestException>(() => answer);
    }

    [Fact]
    public async Task Request_AfterTheBreakingOff_IsNotBrokenOffItself()
    {
        var slow = member.GetAsync("/t/north/slow", "application/json");
        await entered.Task.WaitAsync(Token);
        await Guard.EnterAsync(tenant.Slug, null, "test", Token);
        Assert.True(await WaitUntilClearAsync(s_bound));
        (await slow).Dispose();
        await Guard.LeaveAsync(tenant.Slug, Token);

        leave.SetResult();
        using var next = await member.GetAsync("/t/north/slow", "application/json");

        Assert.Equal(HttpStatusCode.OK, next.StatusCode);
    }

    [Fact]
    public async Task Door_ReaderIsStillThere_IsAskedToLeave()
    {
        TestDatabase.Create(tenant.DatabasePath, "CREATE TABLE t(a)");
        var databases = server.Services.GetRequiredService<LiveDatabases>();
        var reader = await databases.OpenReaderAsync(tenant, Token);
        using var _ = reader.Closing.Register(() => reader.DisposeAsync().AsTask());

        using var gate = await databases.CloseAsync(tenant.Id, s_bound, Token);

        Assert.True(gate.IsClear);
    }

    [Fact]
    public async Task Door_ClosedForTooLong_IsA503WithRetryAfterForAdminsToo()
    {
        TestDatabase.Create(tenant.DatabasePath, "CREATE TABLE t(a)");
        await server.AddAccountAsync("admin@example.org", tenant, TenantRole.Admin);
        using var admin = await server.RunProgramAsync("admin@example.org");
        using var gate = await server.Services.GetRequiredService<LiveDatabases>().CloseAsync(tenant.Id, s_bound, Token);

        using var refused = await admin.GetAsync("/api/v1/tenants/north/tables", "application/json");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.NotNull(refused.Headers.RetryAfter);
    }

    private Task<bool> WaitUntilClearAsync(TimeSpan atMost) => server.Services.GetServices<IMaintenanceFence>().Single().WaitUntilClearAsync(tenant.Id, atMost, Token);

    private async Task<string> SlowAsync(CancellationToken cancellationToken)
    {
        entered.TrySetResult();
        await leave.Task.WaitAsync(cancellationToken);
        return "whole";
    }

    private async Task DownloadAsync(HttpContext context)
    {
        await context.Response.WriteAsync("the first half");
        await context.Response.Body.FlushAsync();
        entered.TrySetResult();
        // It does not look at whether it is to end.
        await leave.Task.WaitAsync(TimeSpan.FromSeconds(30));
        await context.Response.WriteAsync("the second half", CancellationToken.None);
    }
}
