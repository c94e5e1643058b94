using System.Net;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Tenancy;
using BackupPortal.Tests.Hosting;
using BackupPortal.Tests.Sources;
using Microsoft.AspNetCore.Identity;

namespace BackupPortal.Tests.Access;

public sealed class TokenTests : IAsyncLifetime
{
    private const string Tables = "/api/v1/tenants/north/tables";

    private readonly FakeClock clock = new(DateTimeOffset.UtcNow);
    private PortalServer server = null!;
    private Tenant tenant = null!;
    private Account anna = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        server = await PortalServer.StartAsync(builder => builder.Services.AddSingleton<TimeProvider>(clock));
        tenant = await server.AddTenantAsync("north");
        TestDatabase.Create(tenant.DatabasePath, "CREATE TABLE students (id INTEGER PRIMARY KEY)");
        anna = await server.AddAccountAsync("anna@example.org", tenant, TenantRole.Admin);
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task Api_WithoutAToken_SaysHowToShowOne()
    {
        using var visitor = await server.SignInAsync("anna@example.org");

        using var answer = await visitor.GetAsync(Tables, "application/json");

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("Bearer", Assert.Single(answer.Headers.WwwAuthenticate).Scheme);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task Token_OnAPage_IsNotLookedAt()
    {
        using var program = await server.RunProgramAsync("anna@example.org");

        using var answer = await program.GetAsync("/t/north/backups");

        Assert.StartsWith("/sign-in", answer.Headers.Location!.OriginalString, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Token_Used_IsNotedWithTimeAndAddress()
    {
        var created = await server.CreateTokenAsync("anna@example.org");
        Assert.Equal(HttpStatusCode.OK, await AskAsync(created.Text));

        var used = await server.Services.GetRequiredService<AccessTokenStore>().FindAsync(created.Token.Id, Cancellation);

        Assert.Equal((clock.GetUtcNow(), "127.0.0.1"), (used!.LastUsedUtc, used.LastUsedFrom));
    }

    [Fact]
    public async Task Token_Expired_IsRefused()
    {
        var created = await server.CreateTokenAsync("anna@example.org");
        Assert.Equal(HttpStatusCode.OK, await AskAsync(created.Text));

        clock.Advance(TimeSpan.FromDays(1));

        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(created.Text));
    }

    [Fact]
    public async Task Token_RoleOfItsPersonTakenAway_IsWorthNothingAtOnce()
    {
        var created = await server.CreateTokenAsync("anna@example.org", tenants: [tenant.Id]);
        Assert.Equal(HttpStatusCode.OK, await AskAsync(created.Text));

        await server.Services.GetRequiredService<MembershipStore>().RemoveAsync(anna.Id, tenant.Id, Cancellation);

        Assert.Equal(HttpStatusCode.NotFound, await AskAsync(created.Text));
    }

    [Fact]
    public async Task Token_AccountRemoved_IsRefused()
    {
        var created = await server.CreateTokenAsync("anna@example.org");

        await server.RemoveAccountAsync("anna@example.org");

        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(created.Text));
    }

    [Fact]
    public async Task Token_AccountLocked_IsRefusedUntilItIsOpenAgain()
    {
        var created = await server.CreateTokenAsync("anna@example.org");
        await using (var scope = server.Services.CreateAsyncScope())
        {
            var users = scope.ServiceProvider.GetRequiredService<UserManager<Account>>();
            await users.SetLockoutEndDateAsync((await users.FindByNameAsync("anna@example.org"))!, clock.GetUtcNow().AddMinutes(5));
        }

        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(created.Text));
        clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(created.Text));
    }

    [Fact]
    public async Task Tokens_TooManyThatAreNone_AreSlowedDownAndGoodOnesAreNot()
    {
        await using var strict = await PortalServer.StartAsync(builder =>
        {
            builder.Configuration["Api:FailuresPerMinute"] = "2";
            builder.Configuration["Api:RequestsPerMinute"] = "3";
        });
        await strict.AddAccountAsync("operator@example.org", isOperator: true);
        using var stranger = strict.NewVisitor();
        stranger.Headers.Authorization = new("Bearer", "bp_nonsense");
        using var program = await strict.RunProgramAsync("operator@example.org");
        const string path = "/api/v1/tenants/nowhere/tables";

        Assert.Equal([401, 401, 429], await StatusesAsync(stranger, path, 3));
        Assert.Equal([404, 404, 404, 429], await StatusesAsync(program, path, 4));
        using var refused = await program.GetAsync(path, "application/json");
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
        Assert.Equal("application/problem+json", refused.Content.Headers.ContentType!.MediaType);
    }

    private static async Task<List<int>> StatusesAsync(Visitor visitor, string path, int times)
    {
        var statuses = new List<int>();
        for (var time = 0; time < times; time++)
        {
            using var answer = await visitor.GetAsync(path, "application/json");
            statuses.Add((int)answer.StatusCode);
        }
        return statuses;
    }

    private async Task<HttpStatusCode> AskAsync(string token)
    {
        using var program = server.NewVisitor();
        program.Headers.Authorization = new("Bearer", token);
        using var answer = await program.GetAsync(Tables, "application/json");
        return answer.StatusCode;
    }
}
