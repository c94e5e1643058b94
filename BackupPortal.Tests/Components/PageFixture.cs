using System.Security.Claims;
using BackupPortal.Access;
using BackupPortal.Components;
using BackupPortal.Core;
using BackupPortal.Core.Backup;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Tenancy;
using BackupPortal.Core.Verification;
using BackupPortal.Live;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.EntityFrameworkCore;
using Radzen.Blazor;
using TestContext = Xunit.TestContext;

namespace BackupPortal.Tests.Components;

/// <summary>Pages over the real core on a fresh data root, with one school and one person.</summary>
internal sealed class PageFixture : IAsyncDisposable
{
    private readonly TestFolder folder = new();
    private readonly BunitContext context = new();
    private TenantGrant grant = default!;

    public Tenant Tenant => grant.Tenant;

    public static async Task<PageFixture> CreateAsync(TenantRole role = TenantRole.Admin, bool isOperator = false, Action<IServiceCollection>? configure = null)
    {
        var fixture = new PageFixture();
        var services = fixture.context.Services;
        services.AddBackupPortalCore(new DataRoot(fixture.folder["data"]));
        services.AddPageServices();
        services.AddLive();
        services.AddSingleton<TenantAccess>();
        services.AddScoped<AccountRegistration>();
        configure?.Invoke(services);
        fixture.context.JSInterop.Mode = JSRuntimeMode.Loose;
        var authorization = fixture.context.AddAuthorization();
        fixture.context.Renderer.SetRendererInfo(new RendererInfo("Server", true));
        await fixture.Get<CatalogMigration>().ApplyAsync(TestContext.Current.CancellationToken);
        var tenant = await fixture.Get<TenantRegistration>().AddAsync(
            new NewTenant("goethe", "Goethe-Gymnasium", null, null, null), false, "test", TestContext.Current.CancellationToken);
        fixture.grant = new TenantGrant(tenant, role, isOperator);
        var account = await fixture.AddAccountAsync(role, isOperator);
        authorization.SetAuthorized("anna@example.org").SetClaims(new Claim(ClaimTypes.NameIdentifier, account.ToString()));
        return fixture;
    }

    public T Get<T>() where T : notnull => context.Services.GetRequiredService<T>();

    public IRenderedComponent<TPage> Open<TPage>(params (string Name, object Value)[] route) where TPage : IComponent => context.Render<TPage>(parameters =>
    {
        parameters.AddCascadingValue(grant);
        parameters.TryAdd("Slug", Tenant.Slug.Value);
        foreach (var (name, value) in route)
            parameters.TryAdd(name, value);
    });

    /// <summary>Where the person is: what the next page takes from its address's query.</summary>
    public void GoTo(string address) => Get<NavigationManager>().NavigateTo(address);

    /// <summary>Opens a page whose grant can be taken away.</summary>
    public IRenderedComponent<CascadingValue<TenantGrant?>> OpenGranted<TPage>() where TPage : IComponent =>
        context.Render<CascadingValue<TenantGrant?>>(parameters => Around<TPage>(parameters, grant));

    /// <summary>Takes away what <see cref="OpenGranted"/> gave; the page itself stays open.</summary>
    public void TakeGrantAway<TPage>(IRenderedComponent<CascadingValue<TenantGrant?>> page) where TPage : IComponent =>
        page.Render(parameters => Around<TPage>(parameters, null));

    /// <summary>Where the dialogs of a page appear.</summary>
    public IRenderedComponent<RadzenDialog> OpenDialogs() => context.Render<RadzenDialog>();

    /// <summary>Makes a real backup, without the worker.</summary>
    public async Task<OperationOutcome> BackUpAsync(string? note = null, SnapshotOrigin origin = SnapshotOrigin.Manual)
    {
        var handler = Get<IEnumerable<IOperationHandler>>().Single(one => one.Kind == OperationKind.Backup);
        var arguments = new BackupArguments(origin, note).ToJson();
        return await handler.RunAsync(new OperationContext(OperationId.Create(), Tenant, arguments, "anna@example.org", new Nobody()), TestContext.Current.CancellationToken);
    }

    /// <summary>Checks a backup, or all of them, without the worker.</summary>
    public Task<IReadOnlyList<VerifiedSnapshot>> VerifyAsync(VerifyLevel level, string? snapshot = null) =>
        Get<SnapshotVerification>().RunAsync(Tenant, snapshot, level, progress: null, TestContext.Current.CancellationToken);

    /// <summary>Takes the person's role away while their pages stay open.</summary>
    public async Task DemoteAsync()
    {
        var memberships = Get<MembershipStore>();
        var person = Assert.Single(await memberships.ListAsync(Tenant.Id, TestContext.Current.CancellationToken));
        await memberships.SetAsync(person.Account, Tenant.Id, TenantRole.Member, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await context.DisposeComponentsAsync();
        await context.DisposeAsync();
        folder.Dispose();
    }

    private void Around<TPage>(ComponentParameterCollectionBuilder<CascadingValue<TenantGrant?>> parameters, TenantGrant? given) where TPage : IComponent =>
        parameters.Add(cascade => cascade.Value, given).AddChildContent<TPage>(page => page.TryAdd("Slug", Tenant.Slug.Value));

    private async Task<Guid> AddAccountAsync(TenantRole role, bool isOperator)
    {
        await using var catalog = await Get<IDbContextFactory<CatalogContext>>().CreateDbContextAsync(TestContext.Current.CancellationToken);
        var account = new Account { Id = Guid.NewGuid(), UserName = "anna@example.org", Email = "anna@example.org", NormalizedEmail = "ANNA@EXAMPLE.ORG", NormalizedUserName = "ANNA@EXAMPLE.ORG", IsOperator = isOperator, SecurityStamp = "first" };
        catalog.Users.Add(account);
        await catalog.SaveChangesAsync(TestContext.Current.CancellationToken);
        // An operator sees every school without belonging to one.
        if (!isOperator)
            await Get<MembershipStore>().SetAsync(account.Id, Tenant.Id, role, TestContext.Current.CancellationToken);
        return account.Id;
    }

    private sealed class Nobody : IOperationSink
    {
        public void EnterPhase(OperationPhase phase)
        {
        }

        public void Report(long doneBytes, long totalBytes)
        {
        }

        public void ReportWait(TimeSpan left, TimeSpan total)
        {
        }

        public void Log(LogSeverity severity, Core.Messages.Message text)
        {
        }

        public void BeginCommit()
        {
        }
    }
}
