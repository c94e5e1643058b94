using System.Globalization;
using BackupPortal.Components.Host;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Operations;
using Bunit;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Radzen.Blazor;
using TestContext = Xunit.TestContext;

namespace BackupPortal.Tests.Components.Host;

public sealed class HostPageTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData("de", "Nicht geschützt", "noch keines", "Betreiber")]
    [InlineData("en", "Not protected", "none yet", "Operator")]
    public async Task Open_SchoolWithoutABackup_IsToldWithItsLinks(string language, string state, string never, string role)
    {
        using var reader = Reader.Of(language);
        await using var portal = await PageFixture.CreateAsync(isOperator: true);

        var page = Open(portal);

        var school = page.Find("tbody tr");
        Assert.Contains(state, school.TextContent, StringComparison.Ordinal);
        Assert.Contains(never, school.TextContent, StringComparison.Ordinal);
        Assert.Equal(["/t/goethe", "/t/goethe/backups", "/t/goethe/settings"], school.QuerySelectorAll("a").Select(static link => link.GetAttribute("href")));
        Assert.Contains(role, Row(page, "anna@example.org").TextContent, StringComparison.Ordinal);
        Assert.Contains("3.", page.Find("section[aria-labelledby=health]").TextContent, StringComparison.Ordinal);
        Assert.Single(page.FindAll("button.primary"));
    }

    [Fact]
    public async Task Open_BackupEnds_ShowsTheSchoolProtectedByItself()
    {
        using var reader = Reader.Of("en");
        await using var portal = await PageFixture.CreateAsync(isOperator: true);
        var page = Open(portal);

        await portal.BackUpAsync();
        portal.Get<OperationFeed>().Publish(Known.Operation(OperationState.Succeeded, tenant: portal.Tenant.Id));

        page.WaitForAssertion(() => Assert.Equal("Protected", page.Find("tbody tr .badge").TextContent.Trim()), Bound);
    }

    [Fact]
    public async Task AddSchool_SeveralFieldsWrong_TellsEachBesideItsFieldAndAddsNothing()
    {
        using var reader = Reader.Of("en");
        await using var portal = await PageFixture.CreateAsync(isOperator: true);
        var (page, dialogs) = OpenWithDialogs(portal);

        await page.PressAsync("button.primary");
        await FillAsync(dialogs, ("Name", "Second"), ("Slug", "goethe"), ("TimeZone", "Mars/Olympus"), ("DatabasePath", "/etc/passwd"));
        await dialogs.SendAsync();

        foreach (var field in new[] { "Slug", "TimeZone", "DatabasePath" })
        {
            dialogs.WaitForAssertion(() => Assert.NotEqual("", dialogs.Find($"#school-{field}-error").TextContent.Trim()), Bound);
            Assert.Equal("true", dialogs.Find($"#school-{field}").GetAttribute("aria-invalid"));
            Assert.Contains($"school-{field}-error", dialogs.Find($"#school-{field}").GetAttribute("aria-describedby"), StringComparison.Ordinal);
        }

        // Only what was typed is to blame: the usual place for files follows from the short name.
        Assert.Equal("", dialogs.Find("#school-FilesPath-error").TextContent.Trim());
        Assert.Equal("", dialogs.Find("#school-Name-error").TextContent.Trim());
        Assert.Equal("Second", dialogs.Find("#school-Name").GetAttribute("value"));
        Assert.Single(await portal.Get<TenantStore>().ListAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task AddSchool_Right_IsAddedAndShown()
    {
        using var reader = Reader.Of("en");
        await using var portal = await PageFixture.CreateAsync(isOperator: true);
        var (page, dialogs) = OpenWithDialogs(portal);

        await page.PressAsync("button.primary");
        await FillAsync(dialogs, ("Name", "Second"), ("Slug", "second"), ("TimeZone", "Europe/Lisbon"));
        await dialogs.SendAsync();

        page.WaitForAssertion(() => Assert.Contains("Second has been added", page.Find("[role=status]").TextContent, StringComparison.Ordinal), Bound);
        Assert.Equal(2, page.FindAll("section[aria-labelledby=schools] tbody tr").Count);
        Assert.Empty(dialogs.FindAll("form"));
    }

    [Fact]
    public async Task AddAccount_New_ShowsAPasswordThatWorksOnce()
    {
        await using var portal = await PageFixture.CreateAsync(isOperator: true);
        var (page, dialogs) = OpenWithDialogs(portal);

        await AddAccountAsync(page, dialogs, "berta@example.org", "member");

        dialogs.WaitForAssertion(() => dialogs.Find("#new-password"), Bound);
        var password = dialogs.Find("#new-password").TextContent;
        Assert.True(await IsPasswordAsync(portal, "berta@example.org", password));
        var member = Assert.Single(await portal.Get<MembershipStore>().ListAsync(portal.Tenant.Id, TestContext.Current.CancellationToken));
        Assert.Equal(("berta@example.org", TenantRole.Member), (member.Email, member.Role));
        await dialogs.SendAsync();
        page.WaitForAssertion(() => Assert.Contains("Goethe-Gymnasium", Row(page, "berta@example.org").TextContent, StringComparison.Ordinal), Bound);
        Assert.DoesNotContain(password, page.Markup + dialogs.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AddAccount_KnownAlready_GetsTheRoleAndKeepsThePassword()
    {
        using var reader = Reader.Of("en");
        await using var portal = await PageFixture.CreateAsync(isOperator: true);
        var password = await AddMemberAsync(portal, "berta@example.org");
        var (page, dialogs) = OpenWithDialogs(portal);

        await AddAccountAsync(page, dialogs, "berta@example.org", "admin");

        page.WaitForAssertion(() => Assert.Contains("was known already", page.Find("[role=status]").TextContent, StringComparison.Ordinal), Bound);
        Assert.Contains("Admin, Goethe-Gymnasium", Row(page, "berta@example.org").TextContent, StringComparison.Ordinal);
        Assert.True(await IsPasswordAsync(portal, "berta@example.org", password));
    }

    [Fact]
    public async Task Remove_Membership_EndsItAndKeepsTheAccount()
    {
        using var reader = Reader.Of("en");
        await using var portal = await PageFixture.CreateAsync(isOperator: true);
        await AddMemberAsync(portal, "berta@example.org");
        var (page, dialogs) = OpenWithDialogs(portal);
        var session = await StampAsync(portal, "berta@example.org");

        await page.PressAsync("button[aria-label='Remove berta@example.org from Goethe-Gymnasium']");
        await dialogs.SendAsync();

        page.WaitForAssertion(() => Assert.Contains("no longer belongs to Goethe-Gymnasium", page.Find("[role=status]").TextContent, StringComparison.Ordinal), Bound);
        Assert.Contains("no school", Row(page, "berta@example.org").TextContent, StringComparison.Ordinal);
        Assert.Empty(await portal.Get<MembershipStore>().ListAsync(portal.Tenant.Id, TestContext.Current.CancellationToken));
        Assert.NotEqual(session, await StampAsync(portal, "berta@example.org"));
        Assert.Equal("Account berta@example.org no longer belongs to the school.", await LastAuditAsync(portal));
    }

    [Fact]
    public async Task Remove_ThoughtBetterOf_ChangesNothing()
    {
        using var reader = Reader.Of("en");
        await using var portal = await PageFixture.CreateAsync(isOperator: true);
        await AddMemberAsync(portal, "berta@example.org");
        var (page, dialogs) = OpenWithDialogs(portal);

        await page.PressAsync("button[aria-label='Remove berta@example.org from Goethe-Gymnasium']");
        await dialogs.PressAsync("form button[type=button]");

        dialogs.WaitForAssertion(() => Assert.Empty(dialogs.FindAll("form")), Bound);
        Assert.Single(await portal.Get<MembershipStore>().ListAsync(portal.Tenant.Id, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Reset_OfSomebodyNoLongerOperator_GivesAPasswordAndNoRole()
    {
        using var reader = Reader.Of("en");
        await using var portal = await PageFixture.CreateAsync(isOperator: true);
        var old = await AddMemberAsync(portal, "berta@example.org");
        await SetOperatorAsync(portal, "berta@example.org", isOperator: true);
        var (page, dialogs) = OpenWithDialogs(portal);
        await SetOperatorAsync(portal, "berta@example.org", isOperator: false);

        await page.InvokeAsync(() => Row(page, "berta@example.org").QuerySelector(".actions button")!.Click());
        await dialogs.SendAsync();

        dialogs.WaitForAssertion(() => dialogs.Find("#new-password"), Bound);
        Assert.True(await IsPasswordAsync(portal, "berta@example.org", dialogs.Find("#new-password").TextContent));
        Assert.False(await IsPasswordAsync(portal, "berta@example.org", old));
        var berta = (await portal.Get<AccountStore>().ListAsync(TestContext.Current.CancellationToken)).Single(static account => account.Email == "berta@example.org");
        Assert.False(berta.IsOperator);
        Assert.Equal("Account berta@example.org was given a new password.", await LastAuditAsync(portal));
    }

    [Fact]
    public async Task Change_OperatorRightTakenAway_IsRefusedAndChangesNothing()
    {
        using var reader = Reader.Of("en");
        await using var portal = await PageFixture.CreateAsync(isOperator: true);
        await AddMemberAsync(portal, "berta@example.org");
        var (page, dialogs) = OpenWithDialogs(portal);
        await SetOperatorAsync(portal, "anna@example.org", isOperator: false);

        await page.PressAsync("button[aria-label='Remove berta@example.org from Goethe-Gymnasium']");
        await dialogs.SendAsync();

        page.WaitForAssertion(() => Assert.Contains("may no longer do this", page.Find("[role=alert]").TextContent, StringComparison.Ordinal), Bound);
        Assert.Single(await portal.Get<MembershipStore>().ListAsync(portal.Tenant.Id, TestContext.Current.CancellationToken));
    }

    private static IRenderedComponent<HostPage> Open(PageFixture portal)
    {
        var page = portal.Open<HostPage>();
        page.WaitForAssertion(() => page.Find("section[aria-labelledby=accounts] tbody tr"), Bound);
        return page;
    }

    private static (IRenderedComponent<HostPage> Page, IRenderedComponent<RadzenDialog> Dialogs) OpenWithDialogs(PageFixture portal)
    {
        var dialogs = portal.OpenDialogs();
        return (Open(portal), dialogs);
    }

    private static async Task FillAsync(IRenderedComponent<RadzenDialog> dialogs, params (string Field, string Value)[] entries)
    {
        foreach (var (field, value) in entries)
            await dialogs.EnterAsync($"#school-{field}", value);
    }

    private static async Task AddAccountAsync(IRenderedComponent<HostPage> page, IRenderedComponent<RadzenDialog> dialogs, string email, string role)
    {
        await page.PressAsync("section[aria-labelledby=accounts] .card-header button");
        await dialogs.EnterAsync("#account-email", email);
        await dialogs.EnterAsync("#account-role", role);
        await dialogs.EnterAsync("#account-school", "goethe");
        await dialogs.SendAsync();
    }

    private static AngleSharp.Dom.IElement Row(IRenderedComponent<HostPage> page, string email) =>
        page.FindAll("section[aria-labelledby=accounts] tbody tr").Single(row => row.TextContent.Contains(email, StringComparison.Ordinal));

    private static async Task<string> AddMemberAsync(PageFixture portal, string email) =>
        (await portal.Get<AccountDirectory>().AddAsync(new AccountWish(email, portal.Tenant, TenantRole.Member), "test", TestContext.Current.CancellationToken)).Password!;

    private static async Task<bool> IsPasswordAsync(PageFixture portal, string email, string password)
    {
        await using var scope = portal.Get<IServiceScopeFactory>().CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<Account>>();
        return await users.CheckPasswordAsync((await users.FindByEmailAsync(email))!, password);
    }

    // What sessions are bound to: they end when it changes.
    private static async Task<string?> StampAsync(PageFixture portal, string email)
    {
        await using var catalog = await portal.Get<IDbContextFactory<CatalogContext>>().CreateDbContextAsync(TestContext.Current.CancellationToken);
        return (await catalog.Users.SingleAsync(account => account.Email == email, TestContext.Current.CancellationToken)).SecurityStamp;
    }

    private static async Task SetOperatorAsync(PageFixture portal, string email, bool isOperator)
    {
        await using var catalog = await portal.Get<IDbContextFactory<CatalogContext>>().CreateDbContextAsync(TestContext.Current.CancellationToken);
        (await catalog.Users.SingleAsync(account => account.Email == email, TestContext.Current.CancellationToken)).IsOperator = isOperator;
        await catalog.SaveChangesAsync(TestContext.Current.CancellationToken);
    }

    private static async Task<string> LastAuditAsync(PageFixture portal) =>
        (await portal.Get<AuditLog>().ListAsync(null, 1, TestContext.Current.CancellationToken))[0].What.Format(CultureInfo.InvariantCulture);
}
