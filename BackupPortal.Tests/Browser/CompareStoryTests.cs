using System.Text.RegularExpressions;
using BackupPortal.Tests.Sources;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace BackupPortal.Tests.Browser;

/// <summary>An admin looks closely before daring to restore.</summary>
public sealed partial class CompareStoryTests(ChromiumFixture chromium)
{
    private static LocatorAssertionsToContainTextOptions Patient => new() { Timeout = 30_000 };

    [Fact]
    public async Task Compare_ClassDeletedAndGradesChanged_ShowsEachOfThemFromTheDialogOn()
    {
        await using var stage = await SchoolStage.SetAsync();
        var backup = (await stage.School.Program.ReadAsync("backup", "park", "--note", "before")).GetProperty("snapshot").GetString()!;
        var students = (long)TestDatabase.Scalar(stage.School.Live, "SELECT count(*) FROM students WHERE class_id = 1")!;
        var grade = (string)TestDatabase.Scalar(stage.School.Live, "SELECT CAST(min(id) AS TEXT) FROM grades WHERE student_id NOT IN (SELECT id FROM students WHERE class_id = 1)")!;
        TestDatabase.Execute(stage.School.Live, $"PRAGMA foreign_keys = ON; UPDATE grades SET value = 5.75 WHERE id = {grade}; DELETE FROM grades WHERE student_id IN (SELECT id FROM students WHERE class_id = 1); DELETE FROM attendance WHERE student_id IN (SELECT id FROM students WHERE class_id = 1)");
        TestDatabase.Execute(stage.School.Live, "PRAGMA foreign_keys = OFF; DELETE FROM students WHERE class_id = 1");
        await using var context = await chromium.NewContextAsync();
        await using var look = new PageLook(context, "en-light-1280");
        var page = await stage.Portal.SignInAsync(context, stage.Admin);
        await stage.Portal.OpenAsync(page, $"/t/park/backups/{backup}");

        // From the dialog into a tab of its own; the dialog keeps what was typed.
        await page.GetByRole(AriaRole.Button, new() { Name = "Restore" }).ClickAsync();
        await page.Locator("#confirm-slug").FillAsync("par");
        var tab = await context.RunAndWaitForPageAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "See every change" }).ClickAsync());
        var digest = tab.Locator(".digest");
        await Expect(digest).ToContainTextAsync($"{students} students", Patient);
        await Expect(digest).ToContainTextAsync("Become again what they were: 1 of “grades”");
        await Expect(page.Locator("#confirm-slug")).ToHaveValueAsync("par");
        await look.AtAsync(tab, "compare-story");

        // By keyboard alone to every row that reverts.
        var line = tab.Locator(".changes summary").Filter(new() { HasText = "grades" });
        await line.FocusAsync();
        await tab.Keyboard.PressAsync("Enter");
        var all = tab.GetByRole(AriaRole.Link, new() { Name = "grades: 1 row becomes again what it was" });
        await all.FocusAsync();
        await tab.Keyboard.PressAsync("Enter");
        await Expect(tab.Locator("td.changed del")).ToHaveTextAsync("5.75");
        await Expect(tab.Locator("th").First).ToContainTextAsync("id");
        await Expect(tab.Locator("tbody td").First).ToHaveTextAsync(grade);
        await tab.GetByRole(AriaRole.Link, new() { NameRegex = ComeBack() }).ClickAsync();
        await Expect(tab.Locator(".lead")).ToContainTextAsync("come back");

        // Reading on does not compare again: a school's next lesson changes nothing of it.
        TestDatabase.Execute(stage.School.Live, "PRAGMA foreign_keys = OFF; DELETE FROM grades");
        await tab.GetByRole(AriaRole.Link, new() { Name = "All changes" }).ClickAsync();
        await Expect(digest).ToContainTextAsync("1 of “grades”");
        await tab.GetByRole(AriaRole.Button, new() { Name = "Compare again" }).ClickAsync();
        await Expect(digest).Not.ToContainTextAsync("Become again", new() { Timeout = 30_000 });

        // With another backup, chosen from the list.
        var second = (await stage.School.Program.ReadAsync("backup", "park")).GetProperty("snapshot").GetString()!;
        await stage.Portal.OpenAsync(tab, $"/t/park/backups/{second}");
        await tab.Locator(".action-menu > summary").ClickAsync();
        await tab.GetByRole(AriaRole.Link, new() { Name = "Compare with another" }).ClickAsync();
        await tab.Locator("#with").SelectOptionAsync(backup);
        await tab.GetByRole(AriaRole.Button, new() { Name = "Compare", Exact = true }).ClickAsync();
        await Expect(digest).ToContainTextAsync("Came later and disappear:", Patient);
        await Expect(tab).ToHaveURLAsync(new Regex($"{second}/compare\\?with={backup}$"));
        look.AssertClean();
    }

    [GeneratedRegex("come back$")]
    private static partial Regex ComeBack();
}
