using System.Net;
using System.Text.Json;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Maintenance;
using BackupPortal.Core.Tenancy;
using BackupPortal.MaintenanceMode;
using BackupPortal.Tests.Hosting;

namespace BackupPortal.Tests.MaintenanceMode;

public sealed class MaintenanceMiddlewareTests : IAsyncLifetime
{
    private PortalServer server = null!;
    private Tenant tenant = null!;

    public async ValueTask InitializeAsync()
    {
        server = await PortalServer.StartAsync();
        tenant = await server.AddTenantAsync("north");
        await server.AddAccountAsync("op@example.org", isOperator: true);
        await server.AddAccountAsync("admin@example.org", tenant, TenantRole.Admin);
        await server.AddAccountAsync("member@example.org", tenant, TenantRole.Member);
        await server.AddAccountAsync("stranger@example.org");
        await Guard.EnterAsync(tenant.Slug, null, "admin@example.org", TestContext.Current.CancellationToken);
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task Page_ForAMember_IsTheWaitingPageWith503AndRetryAfter()
    {
        using var visitor = await server.SignInAsync("member@example.org");

        using var page = await visitor.GetAsync("/t/north/data");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, page.StatusCode);
        Assert.NotNull(page.Headers.RetryAfter);
        Assert.True(page.Headers.CacheControl!.NoStore);
        var html = await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Contains("/t/north/status", html, StringComparison.Ordinal);
        Assert.Contains("Schule north", html, StringComparison.Ordinal);
        Assert.DoesNotContain("[[", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Api_ForAMember_IsAProblemWith503()
    {
        using var visitor = await server.RunProgramAsync("member@example.org");

        using var answer = await visitor.GetAsync("/api/v1/tenants/north/tables", "application/json");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.NotNull(answer.Headers.RetryAfter);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
    }

    [Theory]
    [InlineData("admin@example.org")]
    [InlineData("op@example.org")]
    public async Task Api_ForAdminsAndOperators_GoesOn(string email)
    {
        using var visitor = await server.RunProgramAsync(email);

        using var answer = await visitor.GetAsync("/api/v1/tenants/north/tables", "application/json");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task Api_ForSomebodyElse_DoesNotTellOfTheMaintenance()
    {
        using var visitor = await server.RunProgramAsync("stranger@example.org");

        using var answer = await visitor.GetAsync("/api/v1/tenants/north/tables", "application/json");

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task Status_ForAMember_TellsHowItStandsAndWhenItIsOver()
    {
        using var visitor = await server.SignInAsync("member@example.org");

        Assert.True((await StatusAsync(visitor)).GetProperty("maintenance").GetBoolean());
        await Guard.LeaveAsync(tenant.Slug, TestContext.Current.CancellationToken);

        Assert.False((await StatusAsync(visitor)).GetProperty("maintenance").GetBoolean());
        using var answer = await visitor.GetAsync("/t/north/data", "application/json");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task Switch_ByAMember_IsRefused()
    {
        var access = server.Services.GetRequiredService<MaintenanceSwitch>();
        var member = TestPrincipal.Of(await server.AddAccountAsync("member2@example.org", tenant, TenantRole.Member));
        var admin = TestPrincipal.Of(await server.AddAccountAsync("admin2@example.org", tenant, TenantRole.Admin));

        await Assert.ThrowsAsync<BackupPortal.Access.AccessDeniedException>(
            () => access.LeaveAsync(member, tenant.Slug, TestContext.Current.CancellationToken));
        Assert.NotNull(Guard.Find(tenant.Slug));
        await access.LeaveAsync(admin, tenant.Slug, TestContext.Current.CancellationToken);
        Assert.Null(Guard.Find(tenant.Slug));
    }

    private MaintenanceGuard Guard => server.Services.GetRequiredService<MaintenanceGuard>();

    private static async Task<JsonElement> StatusAsync(Visitor visitor)
    {
        using var answer = await visitor.GetAsync("/t/north/status", "application/json");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return JsonElement.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
