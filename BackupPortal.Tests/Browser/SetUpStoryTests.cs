using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace BackupPortal.Tests.Browser;

/// <summary>A new installation: from the code on the console to the first school.</summary>
public sealed class SetUpStoryTests(ChromiumFixture chromium) : IDisposable
{
    private readonly TestFolder _folder = new();

    [Fact]
    public async Task SetUp_WithTheConsolesCode_LeadsToTheFirstSchool()
    {
        await using var portal = await BrowserPortal.StartAsync(new ProgramUnderTest(_folder["data"]));
        await using var context = await chromium.NewContextAsync();
        var page = await context.NewPageAsync();
        var who = new Credentials("operator@schools.example", "correct horse battery staple");

        await page.GotoAsync(portal.Address.ToString());
        await Expect(page).ToHaveURLAsync(new Uri(portal.Address, "/setup").ToString());
        await FillSetUpAsync(page, "not-the-code", who);
        await Expect(page.Locator("#problem")).ToBeVisibleAsync();
        await FillSetUpAsync(page, portal.Told("set-up code: "), who);
        await page.WaitForURLAsync(url => !url.Contains("/setup", StringComparison.Ordinal));

        await portal.OpenAsync(page, "/host");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add school" }).First.ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.Locator("#school-Name").FillAsync("Schule am See");
        await dialog.Locator("#school-Slug").FillAsync("see");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Add school" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Schule am See", Exact = true })).ToBeVisibleAsync();

        await page.GetByText("Account", new() { Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Expect(page.Locator("#password")).ToBeVisibleAsync();
        var again = await portal.SignInAsync(context, who);
        await Expect(again.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToBeVisibleAsync();
    }

    public void Dispose() => _folder.Dispose();

    private static async Task FillSetUpAsync(IPage page, string code, Credentials who)
    {
        await page.FillAsync("#code", code);
        await page.FillAsync("#email", who.Email);
        await page.FillAsync("#password", who.Password);
        await page.FillAsync("#repeat", who.Password);
        await page.ClickAsync("form.account-form button[type=submit]");
    }
}
