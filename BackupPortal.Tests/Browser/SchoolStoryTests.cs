using System.Net;
using System.Text.RegularExpressions;
using BackupPortal.Core.Demo;
using BackupPortal.Tests.Cli;
using BackupPortal.Tests.Sources;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace BackupPortal.Tests.Browser;

/// <summary>What the people of a school do and see, each in a browser of their own.</summary>
public class SchoolStoryTests(ChromiumFixture chromium)
{
    [Fact]
    public async Task CreateBackup_TwoAdminsLook_BothSeeItWithoutReload()
    {
        await using var stage = await SchoolStage.SetAsync();
        await using var first = await chromium.NewContextAsync();
        await using var second = await chromium.NewContextAsync(locale: "de-DE");
        var page = await stage.Portal.SignInAsync(first, stage.Admin);
        var colleague = await stage.Portal.SignInAsync(second, stage.Admin);
        await stage.Portal.OpenAsync(page, "/t/park/backups");
        await stage.Portal.OpenAsync(colleague, "/t/park/backups");

        await CreateBackupAsync(page, "before the holidays");

        await Expect(page.Locator("table").GetByText("before the holidays")).ToBeVisibleAsync(Patient);
        await Expect(colleague.Locator("table").GetByText("before the holidays")).ToBeVisibleAsync(Patient);
        var listed = await stage.School.Program.ReadAsync("list", "park");
        Assert.Equal("before the holidays", listed[0].GetProperty("note").GetString());
    }

    [Fact]
    public async Task Verify_ByKeyboard_ShowsWhatEachLevelFoundOnThePageAndInTheList()
    {
        await using var stage = await SchoolStage.SetAsync();
        await using var context = await chromium.NewContextAsync();
        await using var look = new PageLook(context, "en-light-1280");
        await stage.School.Program.ReadAsync("backup", "park");
        var page = await stage.Portal.SignInAsync(context, stage.Admin);
        await stage.Portal.OpenAsync(page, "/t/park/backups");
        await page.Locator("tbody tr a").First.ClickAsync();
        var menu = page.Locator(".action-menu > summary");
        var verify = page.GetByRole(AriaRole.Button, new() { Name = "Verify" });
        var checks = page.Locator("[aria-labelledby=checks]");
        var dialog = page.GetByRole(AriaRole.Dialog);

        foreach (var (moves, level, badge) in new[] { (2, "Quick check", "Not yet proven"), (1, "Full check", "Fully checked"), (0, "Trial restore", "Restored on trial") })
        {
            await menu.FocusAsync();
            await page.Keyboard.PressAsync("Enter");
            await verify.FocusAsync();
            await page.Keyboard.PressAsync("Enter");
            await Expect(dialog.GetByRole(AriaRole.Radio, new() { Name = "Trial restore" })).ToBeFocusedAsync();
            for (var move = 0; move < moves; move++)
                await page.Keyboard.PressAsync("ArrowDown");
            await Expect(dialog.GetByRole(AriaRole.Radio, new() { Name = level })).ToBeCheckedAsync();
            await page.Keyboard.PressAsync("Enter");

            await Expect(dialog).ToHaveCountAsync(0);
            await Expect(menu).ToBeFocusedAsync();
            await Expect(checks.Locator("dd").First).ToHaveTextAsync(level, new() { Timeout = PatienceMilliseconds });
            await Expect(checks.Locator(".badge").First).ToContainTextAsync(badge);
            await Expect(checks.GetByRole(AriaRole.Status)).ToContainTextAsync(level, new() { Timeout = PatienceMilliseconds });
        }

        await look.AtAsync(page, "backup-verified");
        await stage.Portal.OpenAsync(page, "/t/park/backups");
        await Expect(page.Locator("td .proof")).ToContainTextAsync("Restored on trial", new() { Timeout = PatienceMilliseconds });
        await Expect(page.Locator("td .proof small")).ToContainTextAsync("took");
        look.AssertClean();
    }

    [Fact]
    public async Task Restore_MemberHasAPageOpen_WaitsAndComesBackThenUndoReturnsToBefore()
    {
        await using var stage = await SchoolStage.SetAsync();
        await using var adminContext = await chromium.NewContextAsync();
        await using var memberContext = await chromium.NewContextAsync();
        var admin = await stage.Portal.SignInAsync(adminContext, stage.Admin);
        var member = await stage.Portal.SignInAsync(memberContext, stage.Member);
        await stage.School.Program.ReadAsync("backup", "park");
        var before = await CommandLineSchool.CountAsync(stage.School.Live);
        await DemoDay.LiveAsync(stage.School.Live, 1, TestContext.Current.CancellationToken);
        var after = await CommandLineSchool.CountAsync(stage.School.Live);
        Assert.NotEqual(before, after);
        await stage.Portal.OpenAsync(member, "/t/park/data?table=students");
        await stage.Portal.OpenAsync(admin, "/t/park/backups");

        // The school's own application has begun to write when users are locked out: the swap waits for it, so that the lock-out can be seen.
        await using var look = new PageLook(memberContext, "en-light-1280");
        await using (var application = await WritingApplication.BeginAsync(stage.School.Live))
        {
            await RestoreNewestAsync(admin);

            await Expect(member.Locator("progress")).ToBeVisibleAsync(Patient);
            await Expect(member).ToHaveURLAsync(new Uri(stage.Portal.Address, "/t/park/data?table=students").ToString());
            var refused = await memberContext.APIRequest.GetAsync(new Uri(stage.Portal.Address, "/t/park/data").ToString());
            Assert.Equal((int)HttpStatusCode.ServiceUnavailable, refused.Status);
            Assert.True(refused.Headers.ContainsKey("retry-after"));
            await Expect(member.Locator("#percent")).ToContainTextAsync("%", new() { Timeout = PatienceMilliseconds });
            await look.AtAsync(member, "waiting");
            await Expect(admin.Locator("body")).ToContainTextAsync("aintenance", new() { Timeout = PatienceMilliseconds });
            await Expect(admin.Locator("main")).ToContainTextAsync("Unpacked", new() { Timeout = PatienceMilliseconds });
            await look.AtAsync(admin, "restore-running");
        }

        await Expect(member.Locator("table")).ToBeVisibleAsync(Patient);
        await stage.Portal.OpenAsync(admin, "/t/park/restores");
        await Expect(admin.Locator("table")).ToContainTextAsync("Done", new() { Timeout = PatienceMilliseconds });
        Assert.Equal(before, await CommandLineSchool.CountAsync(stage.School.Live));

        await admin.GetByRole(AriaRole.Button, new() { Name = "Undo" }).First.ClickAsync();
        await admin.Locator("#countdown").SelectOptionAsync("0");
        await admin.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Expect(admin).ToHaveURLAsync(new Regex("/operations/"));
        await Expect(admin.Locator("main")).ToContainTextAsync("Done", new() { Timeout = PatienceMilliseconds });
        await stage.Portal.OpenAsync(admin, "/t/park/restores");
        await Expect(admin.Locator("tbody tr")).ToHaveCountAsync(2);
        await Expect(admin.Locator("tbody tr").First).ToContainTextAsync("Done", new() { Timeout = PatienceMilliseconds });
        Assert.Equal(after, await CommandLineSchool.CountAsync(stage.School.Live));
        look.AssertClean();
    }

    [Fact]
    public async Task BringBack_DeletedClass_IsThereAgainBesideWhatCameSince()
    {
        await using var stage = await SchoolStage.SetAsync();
        await using var context = await chromium.NewContextAsync();
        await using var narrowContext = await chromium.NewContextAsync("de-DE", ColorScheme.Dark, 360);
        await using var look = new PageLook(context, "en-light-1280");
        await using var narrowLook = new PageLook(narrowContext, "de-dark-360");
        await stage.School.Program.ReadAsync("backup", "park");
        var count = (long)TestDatabase.Scalar(stage.School.Live, "SELECT count(*) FROM students WHERE class_id = 2")!;
        var name = (string)TestDatabase.Scalar(stage.School.Live, "SELECT name FROM classes WHERE id = 2")!;
        TestDatabase.Execute(
            stage.School.Live,
            """
            PRAGMA foreign_keys = ON;
            DELETE FROM messages WHERE guardian_id IN (SELECT id FROM guardians WHERE student_id IN (SELECT id FROM students WHERE class_id = 2));
            DELETE FROM students WHERE class_id = 2; DELETE FROM lessons WHERE class_id = 2; DELETE FROM classes WHERE id = 2;
            UPDATE students SET note = 'since' WHERE id = (SELECT min(id) FROM students WHERE class_id = 1);
            """);
        var page = await stage.Portal.SignInAsync(context, stage.Admin);
        var narrow = await stage.Portal.SignInAsync(narrowContext, stage.Admin);
        await stage.Portal.OpenAsync(page, "/t/park/backups");
        await page.Locator("tbody tr a").First.ClickAsync();

        await page.GetByRole(AriaRole.Link, new() { Name = "Bring back a part" }).ClickAsync();
        await page.GetByRole(AriaRole.Checkbox, new() { Name = "classes" }).CheckAsync(new() { Timeout = PatienceMilliseconds });
        await page.GetByLabel("Only what contains").FillAsync(name);
        await page.GetByRole(AriaRole.Button, new() { Name = "Show what would come back" }).ClickAsync();
        await Expect(page.Locator("main")).ToContainTextAsync($"{count} rows that belong to these", new() { Timeout = PatienceMilliseconds });
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "This would come back" })).ToBeFocusedAsync();
        await look.AtAsync(page, "bring-back");
        await narrow.GotoAsync(page.Url);
        await narrow.GetByRole(AriaRole.Checkbox, new() { Name = "classes" }).CheckAsync(new() { Timeout = PatienceMilliseconds });
        await narrow.GetByRole(AriaRole.Button, new() { Name = "Zeigen, was zurückkäme" }).ClickAsync();
        await Expect(narrow.Locator("main")).ToContainTextAsync("zu diesen gehören", new() { Timeout = PatienceMilliseconds });
        await narrowLook.AtAsync(narrow, "bring-back");
        await page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Bring back \\d+") }).ClickAsync();

        await Expect(page).ToHaveURLAsync(new Regex("/operations/"));
        await Expect(page.Locator("main")).ToContainTextAsync("rows are back", new() { Timeout = PatienceMilliseconds });
        await look.AtAsync(page, "brought-back");
        Assert.Equal(count, TestDatabase.Scalar(stage.School.Live, "SELECT count(*) FROM students WHERE class_id = 2"));
        Assert.Equal(1L, TestDatabase.Scalar(stage.School.Live, "SELECT count(*) FROM students WHERE note = 'since'"));
        await stage.Portal.OpenAsync(page, "/t/park/restores");
        await Expect(page.Locator("tbody tr").First).ToContainTextAsync("Done", new() { Timeout = PatienceMilliseconds });
        await look.AtAsync(page, "restores-after-bring-back");
        look.AssertClean();
        narrowLook.AssertClean();
    }

    [Fact]
    public async Task BringBack_RowsPickedByKeyboard_ComeBackButForOneWhoseNameIsTaken()
    {
        await using var stage = await SchoolStage.SetAsync();
        await using var context = await chromium.NewContextAsync();
        await using var narrowContext = await chromium.NewContextAsync("de-DE", ColorScheme.Dark, 360);
        await using var look = new PageLook(context, "en-light-1280");
        await using var narrowLook = new PageLook(narrowContext, "de-dark-360");
        TestDatabase.Execute(stage.School.Live, "CREATE UNIQUE INDEX one_of_each ON students(first_name, last_name, class_id)");
        await stage.School.Program.ReadAsync("backup", "park");
        var ids = Enumerable.Range(0, 3).Select(i => (long)TestDatabase.Scalar(stage.School.Live, $"SELECT id FROM students WHERE class_id = 2 ORDER BY id LIMIT 1 OFFSET {i}")!).ToList();
        TestDatabase.Execute(
            stage.School.Live,
            $"""
            PRAGMA foreign_keys = OFF;
            UPDATE students SET id = id + 100000 WHERE id = {ids[1]};
            DELETE FROM students WHERE class_id = 2 AND id < 100000;
            UPDATE students SET note = 'since' WHERE id = (SELECT min(id) FROM students WHERE class_id = 1);
            """);
        var page = await stage.Portal.SignInAsync(context, stage.Admin);
        var narrow = await stage.Portal.SignInAsync(narrowContext, stage.Admin);
        await stage.Portal.OpenAsync(page, "/t/park/backups");
        await page.Locator("tbody tr a").First.ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Bring back a part" }).ClickAsync();

        foreach (var (at, isNarrow) in new[] { (page, false), (narrow, true) })
        {
            if (isNarrow)
                await at.GotoAsync(page.Url);
            await at.GetByRole(AriaRole.Checkbox, new() { Name = "students", Exact = true }).CheckAsync(new() { Timeout = PatienceMilliseconds });
            await at.GetByRole(AriaRole.Radio, new() { Name = isNarrow ? "Die alten Werte zurückholen" : "Give it the old values again" }).CheckAsync();
            await at.GetByRole(AriaRole.Button, new() { Name = isNarrow ? "Zeilen auswählen" : "Pick rows" }).PressAsync("Enter");
            var boxes = at.Locator(".row-picks").GetByRole(AriaRole.Checkbox);
            await Expect(boxes.First).ToBeVisibleAsync(Patient);
            await boxes.First.FocusAsync();
            await at.Keyboard.PressAsync("Space");
            await at.Keyboard.PressAsync("Tab");
            await at.Keyboard.PressAsync("Space");
            await Expect(at.Locator(".row-picker [role=status]").First).ToContainTextAsync(isNarrow ? "2 Zeilen ausgewählt" : "2 rows picked");
            await at.GetByRole(AriaRole.Button, new() { Name = isNarrow ? "Zeigen, was zurückkäme" : "Show what would come back" }).PressAsync("Enter");
            await Expect(at.Locator(".notice-warning")).ToContainTextAsync(isNarrow ? "1 Zeile kann nicht zurückkommen" : "1 row cannot come back", new() { Timeout = PatienceMilliseconds });
            await (isNarrow ? narrowLook : look).AtAsync(at, "bring-back-picked");
        }

        await Expect(page.Locator(".notice-warning li")).ToContainTextAsync("has the same first_name, last_name, class_id now");
        await page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Bring back \\d+") }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/operations/"));
        await Expect(page.Locator("main")).ToContainTextAsync("All other data is as it was", new() { Timeout = PatienceMilliseconds });
        await Expect(page.Locator("main")).ToContainTextAsync("cannot come back, because live data has another row", new() { Timeout = PatienceMilliseconds });
        await look.AtAsync(page, "brought-back-picked");
        Assert.Equal($"{ids[0]},{ids[1] + 100000}", TestDatabase.Scalar(stage.School.Live, "SELECT group_concat(id) FROM (SELECT id FROM students WHERE class_id = 2 ORDER BY id)"));
        Assert.Equal(1L, TestDatabase.Scalar(stage.School.Live, "SELECT count(*) FROM students WHERE note = 'since'"));
        look.AssertClean();
        narrowLook.AssertClean();
    }

    [Fact]
    public async Task Restore_WithACountdown_EverybodySeesItUntilItIsCalledOffAndTheNextTimeWaitsAndComesBack()
    {
        await using var stage = await SchoolStage.SetAsync();
        await using var adminContext = await chromium.NewContextAsync();
        await using var memberContext = await chromium.NewContextAsync();
        await using var phoneContext = await chromium.NewContextAsync("de-DE", ColorScheme.Dark, 360);
        await using var adminLook = new PageLook(adminContext, "en-light-1280");
        await using var memberLook = new PageLook(memberContext, "en-light-1280");
        await using var phoneLook = new PageLook(phoneContext, "de-dark-360");
        var admin = await stage.Portal.SignInAsync(adminContext, stage.Admin);
        var member = await stage.Portal.SignInAsync(memberContext, stage.Member);
        var phone = await stage.Portal.SignInAsync(phoneContext, stage.Member);
        await stage.School.Program.ReadAsync("backup", "park");
        await DemoDay.LiveAsync(stage.School.Live, 1, TestContext.Current.CancellationToken);
        var after = await CommandLineSchool.CountAsync(stage.School.Live);
        await stage.Portal.OpenAsync(member, "/t/park/data?table=students");
        await stage.Portal.OpenAsync(phone, "/t/park/data?table=students");
        await stage.Portal.OpenAsync(admin, "/t/park/backups");

        await RestoreNewestAsync(admin, countdownSeconds: 60);

        await Expect(member.GetByText("You will have to wait for a moment, in")).ToHaveCountAsync(2, new() { Timeout = PatienceMilliseconds });
        await Expect(member.Locator("[data-countdown]")).ToContainTextAsync("finish what you are doing");
        await Expect(member.GetByRole(AriaRole.Button, new() { Name = "Call it off" })).ToHaveCountAsync(0);
        await Expect(phone.Locator(".notice")).ToContainTextAsync("müssen Sie einen Moment warten", new() { Timeout = PatienceMilliseconds });
        await Expect(admin.Locator(".progress-numbers")).ToContainTextAsync("until users are asked to wait", new() { Timeout = PatienceMilliseconds });
        await memberLook.AtAsync(member, "countdown");
        await phoneLook.AtAsync(phone, "countdown");
        await adminLook.AtAsync(admin, "countdown-admin");
        await admin.GetByRole(AriaRole.Button, new() { Name = "Call it off" }).ClickAsync();

        foreach (var page in (IPage[])[admin, member])
            await Expect(page.Locator("[data-countdown]")).ToContainTextAsync("Nobody has to wait", new() { Timeout = PatienceMilliseconds });
        await Expect(phone.Locator(".notice")).ToHaveCountAsync(0, new() { Timeout = PatienceMilliseconds });
        await Expect(admin.Locator("main")).ToContainTextAsync("Cancelled", new() { Timeout = PatienceMilliseconds });
        await Expect(member.Locator("table")).ToBeVisibleAsync();
        Assert.Equal(after, await CommandLineSchool.CountAsync(stage.School.Live));

        await stage.Portal.OpenAsync(admin, "/t/park/backups");
        // The school's own application writes: the swap waits for it, so that the lock-out can be seen.
        await using (var application = await WritingApplication.BeginAsync(stage.School.Live))
        {
            await RestoreNewestAsync(admin, countdownSeconds: 30);
            await Expect(member.Locator(".notice")).ToContainTextAsync("You will have to wait", new() { Timeout = PatienceMilliseconds });
            await Expect(member.Locator("progress")).ToBeVisibleAsync(new() { Timeout = 3 * PatienceMilliseconds });
        }

        await Expect(member.Locator("table")).ToBeVisibleAsync(Patient);
        await Expect(member.Locator(".notice")).ToHaveCountAsync(0);
        adminLook.AssertClean();
        memberLook.AssertClean();
        phoneLook.AssertClean();
    }

    [Fact]
    public async Task AdminPages_Member_IsKeptOutWithAWordOfWhy()
    {
        await using var stage = await SchoolStage.SetAsync();
        await using var context = await chromium.NewContextAsync();
        var page = await stage.Portal.SignInAsync(context, stage.Member);

        foreach (var path in (string[])["/t/park/backups", "/t/park/restores", "/t/park/operations", "/t/park/settings", "/host", "/t/no-such-school"])
        {
            var answer = await page.GotoAsync(new Uri(stage.Portal.Address, path).ToString());

            Assert.True(answer!.Status is 403 or 404, $"{path} answered {answer.Status}.");
            await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToBeVisibleAsync();
        }
    }

    private const float PatienceMilliseconds = 30_000;

    private static LocatorAssertionsToBeVisibleOptions Patient => new() { Timeout = PatienceMilliseconds };

    private static async Task CreateBackupAsync(IPage page, string note)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Create backup" }).First.ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.Locator("#note").FillAsync(note);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Create backup" }).ClickAsync();
    }

    private static async Task RestoreNewestAsync(IPage page, int countdownSeconds = 0)
    {
        await page.Locator("tbody tr a").First.ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Restore" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        var button = dialog.GetByRole(AriaRole.Button, new() { Name = "Restore backup" });
        await dialog.Locator("#countdown").SelectOptionAsync($"{countdownSeconds}");
        await dialog.Locator("#confirm-slug").FillAsync("par");
        await Expect(button).ToBeDisabledAsync();
        await dialog.Locator("#confirm-slug").FillAsync("park");
        await button.ClickAsync();
    }
}
