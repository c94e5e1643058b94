using BackupPortal.Components.Tokens;
using BackupPortal.Core.Catalog;
using Bunit;
using Radzen.Blazor;
using TestContext = Xunit.TestContext;

namespace BackupPortal.Tests.Components.Tokens;

public sealed class TokensPageTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData("de", "Noch keine Token")]
    [InlineData("en", "No tokens yet")]
    public async Task Open_WithoutAny_SaysWhatToDoFirst(string language, string words)
    {
        using var reader = Reader.Of(language);
        await using var portal = await PageFixture.CreateAsync();

        var page = portal.Open<TokensPage>();

        Assert.Contains(words, page.Markup, StringComparison.Ordinal);
        Assert.Single(page.FindAll("button.primary"));
    }

    [Fact]
    public async Task Create_ForOneSchoolWithTwoRights_IsShownOnceAndWorks()
    {
        using var reader = Reader.Of("en");
        await using var portal = await PageFixture.CreateAsync();
        var (page, dialogs) = Open(portal);

        await page.PressAsync("button.primary");
        Assert.Empty(dialogs.FindAll("#token-right-host"));
        await dialogs.EnterAsync("#token-name", "night script");
        await dialogs.EnterAsync("#token-all", false);
        await dialogs.EnterAsync("#token-school-goethe", true);
        await dialogs.EnterAsync("#token-right-backup", true);
        await dialogs.SendAsync();

        dialogs.WaitForAssertion(() => dialogs.Find("#new-token"), Bound);
        var text = dialogs.Find("#new-token").TextContent;
        var token = await portal.Get<AccessTokenStore>().RecogniseAsync(text, TestContext.Current.CancellationToken);
        Assert.Equal(("night script", TokenRights.Read | TokenRights.Backup), (token!.Name, token.Rights));
        Assert.Equal([portal.Tenant.Id], token.Tenants);
        await dialogs.SendAsync();
        page.WaitForAssertion(() => Assert.Contains("See everything, Make backups", page.Find("tbody tr").TextContent, StringComparison.Ordinal), Bound);
        Assert.Contains("Goethe-Gymnasium", page.Find("tbody tr").TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain(text, page.Markup + dialogs.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Create_WithoutAName_SaysSoAndKeepsTheDialog()
    {
        using var reader = Reader.Of("en");
        await using var portal = await PageFixture.CreateAsync(isOperator: true);
        var (page, dialogs) = Open(portal);

        await page.PressAsync("button.primary");
        dialogs.WaitForAssertion(() => dialogs.Find("#token-right-host"), Bound);
        await dialogs.SendAsync();

        dialogs.WaitForAssertion(() => Assert.Contains("needs a name", dialogs.Markup, StringComparison.Ordinal), Bound);
        Assert.Single(dialogs.FindAll("#token-name"));
    }

    [Fact]
    public async Task Revoke_Confirmed_EndsItAndShowsSo()
    {
        using var reader = Reader.Of("en");
        await using var portal = await PageFixture.CreateAsync();
        var tokens = portal.Get<AccessTokenStore>();
        var account = Assert.Single(await portal.Get<AccountStore>().ListAsync(TestContext.Current.CancellationToken)).Id;
        var created = await tokens.CreateAsync(
            new NewAccessToken(account, "old script", TokenRights.Read, null, TimeProvider.System.GetUtcNow().AddDays(1)), "anna", TestContext.Current.CancellationToken);
        var (page, dialogs) = Open(portal);

        await page.PressAsync("button[aria-label='Revoke old script']");
        await dialogs.SendAsync();

        page.WaitForAssertion(() => Assert.Contains("was revoked", page.Find("[role=status]").TextContent, StringComparison.Ordinal), Bound);
        Assert.Null(await tokens.RecogniseAsync(created.Text, TestContext.Current.CancellationToken));
        Assert.Contains("Revoked", page.Find("tbody tr").TextContent, StringComparison.Ordinal);
        Assert.Empty(page.FindAll("button[aria-label='Revoke old script']"));
    }

    private static (IRenderedComponent<TokensPage> Page, IRenderedComponent<RadzenDialog> Dialogs) Open(PageFixture portal)
    {
        var dialogs = portal.OpenDialogs();
        return (portal.Open<TokensPage>(), dialogs);
    }
}
