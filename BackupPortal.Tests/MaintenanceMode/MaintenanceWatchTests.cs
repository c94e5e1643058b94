using BackupPortal.Access;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Maintenance;
using BackupPortal.Core.Tenancy;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Logging.Abstractions;
using MaintenanceWatch = BackupPortal.MaintenanceMode.MaintenanceWatch;

namespace BackupPortal.Tests.MaintenanceMode;

public sealed class MaintenanceWatchTests : BunitContext
{
    private readonly TestFolder folder = new();
    private readonly MaintenanceGuard guard;
    private readonly Tenant tenant;

    public MaintenanceWatchTests()
    {
        var root = new DataRoot(folder.Path);
        var slug = TenantSlug.Parse("north");
        var home = root.HomeOf(slug);
        Directory.CreateDirectory(home.Path);
        tenant = new Tenant(
            TenantId.Create(), slug, "North", TimeZoneInfo.Utc, home.DefaultDatabase, home.DefaultFiles, home, DateTimeOffset.UnixEpoch);
        guard = new MaintenanceGuard(root, TimeProvider.System, NullLogger<MaintenanceGuard>.Instance);
        Services.AddSingleton(guard);
        Navigation.NavigateTo("/t/north/data");
    }

    [Fact]
    public async Task Maintenance_BeginsWhileAMembersPageIsOpen_SwitchesToTheWaitingPageAtOnce()
    {
        var page = RenderFor(TenantRole.Member);
        Assert.Contains("the page", page.Markup, StringComparison.Ordinal);

        await guard.EnterAsync(tenant.Slug, null, "test", Xunit.TestContext.Current.CancellationToken);

        await page.WaitForAssertionAsync(() => Assert.DoesNotContain("the page", page.Markup, StringComparison.Ordinal));
        var reload = Navigation.History.First();
        Assert.True(reload.Options.ForceLoad);
        Assert.EndsWith("/t/north/data", reload.Uri, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Maintenance_BeginsWhileAnAdminsPageIsOpen_LeavesItAlone()
    {
        var page = RenderFor(TenantRole.Admin);

        await guard.EnterAsync(tenant.Slug, null, "test", Xunit.TestContext.Current.CancellationToken);
        await page.InvokeAsync(() => { });

        Assert.Contains("the page", page.Markup, StringComparison.Ordinal);
        Assert.DoesNotContain(Navigation.History, one => one.Options.ForceLoad);
    }

    [Fact]
    public async Task Page_OpenedByAMemberInMaintenance_IsNotDrawn()
    {
        await guard.EnterAsync(tenant.Slug, null, "test", Xunit.TestContext.Current.CancellationToken);

        var page = RenderFor(TenantRole.Member);

        Assert.DoesNotContain("the page", page.Markup, StringComparison.Ordinal);
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (!disposing)
            return;
        guard.Dispose();
        folder.Dispose();
    }

    private Bunit.TestDoubles.BunitNavigationManager Navigation =>
        (Bunit.TestDoubles.BunitNavigationManager)Services.GetRequiredService<NavigationManager>();

    private IRenderedComponent<CascadingValue<TenantGrant?>> RenderFor(TenantRole role) => Render<CascadingValue<TenantGrant?>>(parameters => parameters
        .Add(value => value.Value, new TenantGrant(tenant, role, false))
        .AddChildContent<MaintenanceWatch>(watch => watch.Add(one => one.ChildContent, "<p>the page</p>")));
}
