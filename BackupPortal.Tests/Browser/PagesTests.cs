using Microsoft.Playwright;

namespace BackupPortal.Tests.Browser;

/// <summary>
/// Every page in both languages, both colour schemes and both widths: usable with a screen reader, nothing cut off, nothing said on the browser's console.
/// The pictures go to <c>artifacts/</c>; some of them are the README's tour.
/// </summary>
public class PagesTests(ChromiumFixture chromium, DemoStage stage)
{
    public static TheoryData<string, ColorScheme, int> Views => new()
    {
        { "en-GB", ColorScheme.Light, 1280 },
        { "de-DE", ColorScheme.Dark, 1280 },
        { "de-DE", ColorScheme.Light, 360 },
        { "en-GB", ColorScheme.Dark, 360 },
    };

    [Theory]
    [MemberData(nameof(Views))]
    public async Task Pages_Admin_AreAccessibleAndFit(string locale, ColorScheme scheme, int width)
    {
        await using var context = await chromium.NewContextAsync(locale, scheme, width);
        await using var look = new PageLook(context, $"{locale[..2]}-{scheme}-{width}".ToLowerInvariant());
        var page = await stage.EnterAsync(context, "admin.goethe");
        await LookAsync(look, page, "overview", "/t/goethe");
        await LookAsync(look, page, "backups", "/t/goethe/backups");
        await page.Locator("tbody tr a").First.ClickAsync();
        await page.WaitForURLAsync("**/backups/2*");
        await look.AtAsync(page, "backup");
        await page.Locator("main .action-menu > summary").ClickAsync();
        await look.AtAsync(page, "backup-menu");
        await page.Locator("main .action-menu button").First.ClickAsync();
        await page.Locator("#level-drill").WaitForAsync();
        await look.AtAsync(page, "verify-dialog");
        await LookAsync(look, page, "backups", "/t/goethe/backups");
        var oldest = await page.Locator("tbody tr a").Last.GetAttributeAsync("href");
        await LookAsync(look, page, "compare-choose", $"{oldest}/compare");
        await LookAtComparisonAsync(look, page, "compare", $"{oldest}/compare?with=now", ".digest li");
        await LookAtComparisonAsync(look, page, "compare-reverting", $"{oldest}/compare?with=now&table=grades&show=revert", "td.changed");
        await LookAtComparisonAsync(look, page, "compare-disappearing", $"{oldest}/compare?with=now&table=attendance&show=disappear", "tbody tr");
        await (await stage.StartAsync()).OpenAsync(page, oldest!);
        await page.Locator("main .button.primary").First.ClickAsync();
        await page.Locator("#confirm-slug").FillAsync("goet");
        await Assertions.Expect(page.Locator(".portal-dialog [role=status]")).ToHaveCountAsync(0);
        await look.AtAsync(page, "restore-dialog");
        await LookAsync(look, page, "restores", "/t/goethe/restores");
        await LookAsync(look, page, "operations", "/t/goethe/operations");
        await page.Locator("tbody tr a").First.ClickAsync();
        await page.WaitForURLAsync("**/operations/*");
        await look.AtAsync(page, "operation");
        await LookAsync(look, page, "data", "/t/goethe/data");
        await LookAsync(look, page, "data-table", "/t/goethe/data?table=students");
        await LookAsync(look, page, "settings", "/t/goethe/settings");
        await LookAsync(look, page, "not-found", "/t/goethe/nowhere");
        look.AssertClean();
    }

    [Theory]
    [MemberData(nameof(Views))]
    public async Task Pages_OperatorAndStranger_AreAccessibleAndFit(string locale, ColorScheme scheme, int width)
    {
        await using var context = await chromium.NewContextAsync(locale, scheme, width);
        await using var look = new PageLook(context, $"{locale[..2]}-{scheme}-{width}".ToLowerInvariant());
        var stranger = await context.NewPageAsync();
        await LookAsync(look, stranger, "sign-in", "/sign-in");
        var page = await stage.EnterAsync(context, "operator");
        await LookAsync(look, page, "choice", "/");
        await LookAsync(look, page, "host", "/host");
        await page.Locator("main .button.primary").First.ClickAsync();
        await page.Locator("#school-Name").WaitForAsync();
        await look.AtAsync(page, "add-school");
        await LookAsync(look, page, "password", "/account/password");
        look.AssertClean();
    }

    private async Task LookAtComparisonAsync(PageLook look, IPage page, string name, string path, string content)
    {
        await (await stage.StartAsync()).OpenAsync(page, path);
        await page.Locator(content).First.WaitForAsync();
        if (await page.Locator(".changes summary").CountAsync() > 0)
            await page.Locator(".changes summary").Nth(1).ClickAsync();
        await look.AtAsync(page, name);
    }

    private async Task LookAsync(PageLook look, IPage page, string name, string path)
    {
        var portal = await stage.StartAsync();
        await portal.OpenAsync(page, path);
        await look.AtAsync(page, name);
    }
}
