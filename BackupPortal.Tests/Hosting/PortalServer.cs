using System.Diagnostics.CodeAnalysis;
using System.Net.Http.Headers;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Tenancy;
using BackupPortal.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Identity;

namespace BackupPortal.Tests.Hosting;

/// <summary>The real host on a free port of this machine, with a data root of its own that goes away with it.</summary>
internal sealed class PortalServer : IAsyncDisposable
{
    public const string Password = "a long enough password";

    private readonly TestFolder folder;

    private PortalServer(TestFolder folder, WebApplication app)
    {
        this.folder = folder;
        App = app;
    }

    public WebApplication App { get; }

    public IServiceProvider Services => App.Services;

    public Uri Address => new(App.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    /// <param name="configure">Changes to what the host registers.</param>
    [SuppressMessage("Reliability", "CA2000", Justification = "Folder and host go away with the server that is returned.")]
    public static async Task<PortalServer> StartAsync(Action<WebApplicationBuilder>? configure = null)
    {
        var folder = new TestFolder();
        var app = PortalHost.Build(new PortalSettings(new DataRoot(folder.Path))
        {
            Urls = ["http://127.0.0.1:0"],
            Environment = "Production",
            Configure = builder =>
            {
                builder.Logging.ClearProviders();
                builder.Configuration["Access:AttemptsPerMinute"] = "10000";
                builder.Configuration["Api:RequestsPerMinute"] = "100000";
                builder.Configuration["Api:FailuresPerMinute"] = "100000";
                configure?.Invoke(builder);
            },
        });
        var server = new PortalServer(folder, app);
        await app.StartAsync();
        return server;
    }

    public Visitor NewVisitor() => new(Address);

    public async Task<Visitor> SignInAsync(string email)
    {
        var visitor = NewVisitor();
        var answer = await visitor.SignInAsync(email, Password);
        Assert.Equal(System.Net.HttpStatusCode.Redirect, answer.StatusCode);
        return visitor;
    }

    /// <summary>A program with a token of this person.</summary>
    /// <param name="rights">All there are, unless told otherwise.</param>
    /// <param name="tenants">Null for all of the person.</param>
    public async Task<Visitor> RunProgramAsync(string email, TokenRights? rights = null, params IReadOnlyList<TenantId>? tenants)
    {
        var visitor = NewVisitor();
        var created = await CreateTokenAsync(email, rights, tenants is [] ? null : tenants);
        visitor.Headers.Authorization = new AuthenticationHeaderValue("Bearer", created.Text);
        return visitor;
    }

    public async Task<CreatedAccessToken> CreateTokenAsync(string email, TokenRights? rights = null, IReadOnlyList<TenantId>? tenants = null)
    {
        var accounts = await Services.GetRequiredService<AccountStore>().ListAsync(TestContext.Current.CancellationToken);
        var wanted = new NewAccessToken(
            accounts.Single(account => account.Email == email).Id, "a program", rights ?? (TokenRights)1023, tenants, Services.GetRequiredService<TimeProvider>().GetUtcNow().AddDays(1));
        return await Services.GetRequiredService<AccessTokenStore>().CreateAsync(wanted, email, TestContext.Current.CancellationToken);
    }

    public Task<Tenant> AddTenantAsync(string slug) => Services.GetRequiredService<TenantRegistration>()
        .AddAsync(new NewTenant(slug, $"Schule {slug}", "Europe/Berlin", null, null), trustPaths: false, "test", TestContext.Current.CancellationToken);

    public async Task<Account> AddAccountAsync(string email, bool isOperator = false)
    {
        await using var scope = Services.CreateAsyncScope();
        var account = new Account { UserName = email, Email = email, IsOperator = isOperator };
        var result = await scope.ServiceProvider.GetRequiredService<UserManager<Account>>().CreateAsync(account, Password);
        Assert.True(result.Succeeded, string.Join(", ", result.Errors.Select(error => error.Code)));
        return account;
    }

    public async Task<Account> AddAccountAsync(string email, Tenant tenant, TenantRole role)
    {
        var account = await AddAccountAsync(email);
        await Services.GetRequiredService<MembershipStore>().SetAsync(account.Id, tenant.Id, role, TestContext.Current.CancellationToken);
        return account;
    }

    public async Task RemoveAccountAsync(string email)
    {
        await using var scope = Services.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<Account>>();
        await users.DeleteAsync((await users.FindByNameAsync(email))!);
    }

    public async ValueTask DisposeAsync()
    {
        await App.StopAsync();
        await App.DisposeAsync();
        folder.Dispose();
    }
}
