using BackupPortal.Tests.Export;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace BackupPortal.Tests.Browser;

/// <summary>A backup leaves the building: as a local copy, and as a download in a format of one's choice.</summary>
public sealed class CopiesStoryTests(ChromiumFixture chromium)
{
    private const float PatienceMilliseconds = 60_000;

    private static readonly (string Locale, ColorScheme Scheme, int Width)[] views =
    [
        ("en-GB", ColorScheme.Light, 1280), ("de-DE", ColorScheme.Dark, 1280), ("de-DE", ColorScheme.Light, 360), ("en-GB", ColorScheme.Dark, 360),
    ];

    [Fact]
    public async Task Copies_MadeDownloadedAndDeleted_WorkInEveryView()
    {
        await using var stage = await SchoolStage.SetAsync();
        var program = stage.School.Program;
        var backup = (await program.ReadAsync("backup", "park", "--note", "Vor der Zeugniskonferenz")).GetProperty("snapshot").GetString()!;
        foreach (var (locale, scheme, width) in views)
        {
            await using var context = await chromium.NewContextAsync(locale, scheme, width);
            await using var look = new PageLook(context, $"{locale[..2]}-{scheme}-{width}".ToLowerInvariant());
            var page = await stage.Portal.SignInAsync(context, stage.Admin);

            await stage.Portal.OpenAsync(page, "/t/park/copies");
            await look.AtAsync(page, "copies-empty");
            await page.Locator("main .button.primary").ClickAsync();
            await page.Locator(".portal-dialog input[type=checkbox]").CheckAsync();
            await page.Locator("#export-passphrase").FillAsync("vier kurze Wörter genügen");
            await page.Locator("#export-again").FillAsync("vier kurze Wörter");
            await page.Locator(".portal-dialog [type=submit]").ClickAsync();
            await Expect(page.Locator("#export-problem")).ToBeVisibleAsync();
            await look.AtAsync(page, "copy-dialog");
            await page.Locator("#export-again").FillAsync("vier kurze Wörter genügen");
            await page.Locator(".portal-dialog [type=submit]").ClickAsync();
            await Expect(page.Locator("tbody tr")).ToHaveCountAsync(1, new() { Timeout = PatienceMilliseconds });

            await stage.Portal.OpenAsync(page, $"/t/park/backups/{backup}");
            await page.Locator("main .action-menu > summary").ClickAsync();
            await page.Locator("main .action-menu button").Nth(1).ClickAsync();
            await page.Locator("#format-zip").WaitForAsync();
            await look.AtAsync(page, "export-dialog");
            await page.Locator(".portal-dialog [type=submit]").ClickAsync();
            var link = page.Locator("main a[download]");
            await Expect(link).ToBeVisibleAsync(new() { Timeout = PatienceMilliseconds });
            await look.AtAsync(page, "export-done");
            var download = await page.RunAndWaitForDownloadAsync(() => link.ClickAsync());
            var file = stage.School.Folder[download.SuggestedFilename];
            await download.SaveAsAsync(file);
            Assert.StartsWith("park-20", download.SuggestedFilename, StringComparison.Ordinal);
            Assert.EndsWith(".zip", download.SuggestedFilename, StringComparison.Ordinal);
            await StockTool.RunAsync("unzip", "-tq", file);
            File.Delete(file);

            await stage.Portal.OpenAsync(page, "/t/park/copies");
            await Expect(page.Locator("table")).ToHaveCountAsync(2);
            await look.AtAsync(page, "copies");
            foreach (var _ in Enumerable.Range(0, 2))
            {
                var left = await page.Locator("tbody tr").CountAsync();
                await page.Locator("tbody td.actions button:last-of-type").First.ClickAsync();
                await page.Locator(".portal-dialog .danger").WaitForAsync();
                if (left == 2)
                    await look.AtAsync(page, "delete-copy-dialog");
                await page.Locator(".portal-dialog .danger").ClickAsync();
                await Expect(page.Locator("tbody tr")).ToHaveCountAsync(left - 1);
            }
            look.AssertClean();
        }
        Assert.Empty(Directory.GetFiles(stage.School.Folder["data/tenants/park/copies"]));
        Assert.Empty(Directory.GetFiles(stage.School.Folder["data/tenants/park/exports"]));
    }

    [Fact]
    public async Task Upload_LineLostAndPageReloaded_GoesOnAndBecomesABackup()
    {
        await using var stage = await SchoolStage.SetAsync();
        var program = stage.School.Program;
        // Larger than the first pieces.
        var film = new byte[4_000_000];
        Random.Shared.NextBytes(film);
        await File.WriteAllBytesAsync(stage.School.Folder["school/files/film.mp4"], film, TestContext.Current.CancellationToken);
        var backup = (await program.ReadAsync("backup", "park")).GetProperty("snapshot").GetString()!;
        var copy = stage.School.Folder["Kopie vom Freitag.zip"];
        await program.ReadAsync("export", "park", backup, "--format", "zip", "--output", copy);
        await using var context = await chromium.NewContextAsync("de-DE", ColorScheme.Dark, 360);
        await using var look = new PageLook(context, "de-dark-360", "ERR_CONNECTION_RESET");
        var page = await stage.Portal.SignInAsync(context, stage.Admin);
        var (isCut, sent, created) = (true, 0, 0);
        await page.RouteAsync("**/t/park/uploads*", async route =>
        {
            created++;
            await route.ContinueAsync();
        });
        await page.RouteAsync("**/t/park/uploads/*", route =>
            route.Request.Method == "PATCH" && ++sent > 1 && isCut ? route.AbortAsync("connectionreset") : route.ContinueAsync());

        await ChooseAsync();
        await Expect(page.Locator(".upload-card")).ToContainTextAsync("abgerissen");
        await look.AtAsync(page, "upload-waiting");
        await ChooseAsync();
        await Expect(page.Locator(".upload-card")).ToContainTextAsync("abgerissen");
        isCut = false;
        await Expect(page.Locator(".operation-card, .upload-card")).ToHaveCountAsync(0, new() { Timeout = PatienceMilliseconds });

        await stage.Portal.OpenAsync(page, "/t/park/backups");
        await Expect(page.Locator("main")).ToContainTextAsync("von Tante Erna", new() { Timeout = PatienceMilliseconds });
        Assert.Equal(1, created);
        Assert.Empty(Directory.GetDirectories(stage.School.Folder["data/tenants/park/uploads"]));
        look.AssertClean();

        async Task ChooseAsync()
        {
            await stage.Portal.OpenAsync(page, "/t/park/copies");
            await page.SetInputFilesAsync("#upload-file", copy);
            await page.FillAsync("#import-note", "von Tante Erna");
            await page.Locator(".portal-dialog [type=submit]").ClickAsync();
        }
    }
}
