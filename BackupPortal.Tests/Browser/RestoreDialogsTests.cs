using BackupPortal.Core.Demo;
using BackupPortal.Tests.Sources;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace BackupPortal.Tests.Browser;

/// <summary>The dialogs that stand before a restore, an undo and a new school, with whole and with damaged live data: in both languages, schemes and widths.</summary>
public sealed class RestoreDialogsTests(ChromiumFixture chromium)
{
    private const float PatienceMilliseconds = 60_000;

    private static readonly (string Locale, ColorScheme Scheme, int Width)[] views =
    [
        ("en-GB", ColorScheme.Light, 1280), ("de-DE", ColorScheme.Dark, 1280), ("de-DE", ColorScheme.Light, 360), ("en-GB", ColorScheme.Dark, 360),
    ];

    private static LocatorAssertionsToBeVisibleOptions Patient => new() { Timeout = PatienceMilliseconds };

    [Fact]
    public async Task Dialogs_OfRestoresAndUndos_AreAccessibleAndFit()
    {
        await using var stage = await SchoolStage.SetAsync();
        var program = stage.School.Program;
        var live = stage.School.Live;
        var backup = (await program.ReadAsync("backup", "park", "--note", "Vor der Zeugniskonferenz")).GetProperty("snapshot").GetString()!;
        TestDatabase.Execute(live, "PRAGMA foreign_keys = OFF; DELETE FROM students WHERE class_id = 2; DELETE FROM grades WHERE id % 50 = 0");
        await program.ReadAsync("restore", "park", backup, "--tables", "students", "--yes");
        await DemoDay.LiveAsync(live, 1, TestContext.Current.CancellationToken);

        await EachViewAsync(stage, stage.Admin, async (page, look) =>
        {
            await AskRestoreAsync(stage, page, backup);
            await page.Locator("#countdown").SelectOptionAsync("120");
            await Expect(page.Locator(".portal-dialog .changes")).ToBeVisibleAsync(Patient);
            await page.Locator("#confirm-slug").FillAsync("park");
            await look.AtAsync(page, "restore-dialog-countdown");
            await AskUndoAsync(stage, page);
            await Expect(page.Locator(".portal-dialog .changes")).ToBeVisibleAsync(Patient);
            await Expect(page.Locator(".portal-dialog .notice-warning")).ToBeVisibleAsync();
            await look.AtAsync(page, "undo-dialog");
            await page.Locator(".portal-dialog .form-actions").ScrollIntoViewIfNeededAsync();
            await look.AtAsync(page, "undo-dialog-end");
        });

        // From its middle on: it opens, and only reading tells.
        await DamageAsync(live);
        await EachViewAsync(stage, stage.Admin, async (page, look) =>
        {
            await AskRestoreAsync(stage, page, backup);
            await Expect(page.Locator("#live-is-damaged")).ToBeVisibleAsync(Patient);
            await Expect(page.Locator(".portal-dialog [role=progressbar]")).ToHaveCountAsync(0, new() { Timeout = PatienceMilliseconds });
            await page.Locator("#confirm-slug").FillAsync("park");
            await Expect(page.Locator(".portal-dialog [type=submit]")).ToBeDisabledAsync();
            await page.Locator("#live-is-damaged").CheckAsync();
            await Expect(page.Locator(".portal-dialog [type=submit]")).ToBeEnabledAsync();
            await look.AtAsync(page, "restore-dialog-damaged");
            await AskUndoAsync(stage, page);
            await Expect(page.Locator("#live-is-damaged")).ToBeVisibleAsync(Patient);
            await Expect(page.Locator(".portal-dialog [role=progressbar]")).ToHaveCountAsync(0, new() { Timeout = PatienceMilliseconds });
            await Expect(page.Locator(".portal-dialog [type=submit]")).ToBeDisabledAsync();
            await page.Locator(".portal-dialog .form-actions").ScrollIntoViewIfNeededAsync();
            await look.AtAsync(page, "undo-dialog-damaged");
        });

        await program.ReadAsync("restore", "park", backup, "--yes", "--live-is-damaged");
        await EachViewAsync(stage, stage.Admin, async (page, look) =>
        {
            await stage.Portal.OpenAsync(page, "/t/park/restores");
            await Expect(page.Locator("table").Last).ToContainTextAsync("quarantine");
            await look.AtAsync(page, "restores-quarantine");
        });
    }

    [Fact]
    public async Task Dialog_OfANewSchool_IsAccessibleAndFitsAlsoWithProblemsAndMakesIt()
    {
        await using var stage = await SchoolStage.SetAsync();
        var program = stage.School.Program;
        var backup = (await program.ReadAsync("backup", "park")).GetProperty("snapshot").GetString()!;
        var account = await program.ReadAsync("user", "add", "operator@park.example", "--role", "operator");
        var who = new Credentials(account.GetProperty("email").GetString()!, account.GetProperty("password").GetString()!);
        // What a school that is no longer in the portal left.
        var left = Directory.CreateDirectory(stage.School.Folder["data/tenants/park-frueher/backups"]).FullName;
        await File.WriteAllTextAsync(Path.Combine(left, "kept"), "", TestContext.Current.CancellationToken);

        await EachViewAsync(stage, who, async (page, look) =>
        {
            await AskNewSchoolAsync(stage, page, backup);
            await Expect(page.Locator("#new-school-slug")).ToBeFocusedAsync();
            await look.AtAsync(page, "new-school-dialog");
            await page.Locator("#new-school-slug").FillAsync("park-frueher");
            await page.Locator("#new-school-name").FillAsync(" ");
            await page.Locator(".portal-dialog [type=submit]").ClickAsync();
            await Expect(page.Locator("#new-school-slug-error")).ToContainTextAsync("park-frueher");
            await Expect(page.Locator("#new-school-name-error .icon")).ToBeVisibleAsync();
            await Expect(page.Locator("#new-school-slug")).ToBeFocusedAsync();
            await look.AtAsync(page, "new-school-dialog-problems");
        });

        await using var context = await chromium.NewContextAsync();
        var page = await stage.Portal.SignInAsync(context, who);
        await AskNewSchoolAsync(stage, page, backup);
        await page.Locator("#new-school-slug").FillAsync("last-month");
        await page.Locator(".portal-dialog [type=submit]").ClickAsync();
        await Expect(page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("/operations/"), new() { Timeout = PatienceMilliseconds });
        await Expect(page.Locator("main")).ToContainTextAsync("Done", new() { Timeout = PatienceMilliseconds });
        await stage.Portal.OpenAsync(page, "/t/last-month/data?table=students");
        await Expect(page.Locator("table")).ToBeVisibleAsync(Patient);
    }

    private async Task EachViewAsync(SchoolStage stage, Credentials who, Func<IPage, PageLook, Task> visit)
    {
        foreach (var (locale, scheme, width) in views)
        {
            await using var context = await chromium.NewContextAsync(locale, scheme, width);
            await using var look = new PageLook(context, $"{locale[..2]}-{scheme}-{width}".ToLowerInvariant());
            await visit(await stage.Portal.SignInAsync(context, who), look);
            look.AssertClean();
        }
    }

    private static async Task AskRestoreAsync(SchoolStage stage, IPage page, string backup)
    {
        await stage.Portal.OpenAsync(page, $"/t/park/backups/{backup}");
        await page.Locator("main .page-actions .primary").ClickAsync();
        await page.Locator("#confirm-slug").WaitForAsync();
    }

    private static async Task AskUndoAsync(SchoolStage stage, IPage page)
    {
        await stage.Portal.OpenAsync(page, "/t/park/restores");
        await page.Locator("tbody .actions .button").First.ClickAsync();
        await page.Locator(".portal-dialog #countdown").WaitForAsync();
    }

    private static async Task AskNewSchoolAsync(SchoolStage stage, IPage page, string backup)
    {
        await stage.Portal.OpenAsync(page, $"/t/park/backups/{backup}");
        await page.Locator("main .action-menu > summary").ClickAsync();
        await page.Locator("main .action-menu button").Last.ClickAsync();
        await page.Locator("#new-school-slug").WaitForAsync();
    }

    private static async Task DamageAsync(string database)
    {
        TestDatabase.Execute(database, "PRAGMA wal_checkpoint(TRUNCATE)");
        await using var stream = new FileStream(database, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        stream.Position = stream.Length / 2 / 4096 * 4096;
        await stream.WriteAsync(Enumerable.Repeat((byte)0xAB, (int)(stream.Length - stream.Position)).ToArray(), TestContext.Current.CancellationToken);
    }
}
