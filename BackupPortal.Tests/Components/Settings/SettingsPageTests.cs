using BackupPortal.Components.Data;
using BackupPortal.Components.Settings;
using BackupPortal.Core.Catalog;
using BackupPortal.Tests.Sources;
using Bunit;
using TestContext = Xunit.TestContext;

namespace BackupPortal.Tests.Components.Settings;

public sealed class SettingsPageTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData("de", "Nächstes Backup: ", "(in ")]
    [InlineData("en", "Next backup: ", "(in ")]
    public async Task Open_NightlyOn_TellsTheNextRunInTheSchoolsZone(string language, string words, string relative)
    {
        using var reader = Reader.Of(language);
        await using var portal = await PageFixture.CreateAsync();

        var page = Open(portal);

        var notice = page.Find(".notice-info").TextContent;
        Assert.Contains(words, notice, StringComparison.Ordinal);
        Assert.Contains(relative, notice, StringComparison.Ordinal);
        Assert.Contains(portal.Tenant.TimeZone.Id, page.Find("#time-hint").TextContent, StringComparison.Ordinal);
        Assert.Single(page.FindAll("button.primary"));
    }

    [Fact]
    public async Task Save_SwitchedOff_KeepsTheTimeAndSaysThatNothingRuns()
    {
        using var reader = Reader.Of("en");
        await using var portal = await PageFixture.CreateAsync();
        var page = Open(portal);

        await page.EnterAsync("input[type=checkbox]", false);
        await page.SendAsync();

        page.WaitForAssertion(() => Assert.Contains("Off:", page.Find(".notice-warning").TextContent, StringComparison.Ordinal), Bound);
        Assert.Equal(new NightlySchedule(false, new TimeOnly(2, 0), null), await ScheduleAsync(portal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("25:00")]
    [InlineData("early")]
    public async Task Save_TimeThatIsNone_IsToldBesideTheFieldAndChangesNothing(string time)
    {
        using var reader = Reader.Of("en");
        await using var portal = await PageFixture.CreateAsync();
        var page = Open(portal);
        var before = await ScheduleAsync(portal);

        await page.EnterAsync("#time", time);
        await page.SendAsync();

        page.WaitForAssertion(() => Assert.Contains("Please enter a time", page.Find(".field-error[role=alert]").TextContent, StringComparison.Ordinal), Bound);
        Assert.Equal("true", page.Find("#time").GetAttribute("aria-invalid"));
        Assert.Equal("", page.Find(".saved").TextContent);
        Assert.Equal(before, await ScheduleAsync(portal));
    }

    [Fact]
    public async Task Save_TimeEmptiedAndSwitchedOff_IsSavedWithTheTimeBefore()
    {
        using var reader = Reader.Of("en");
        await using var portal = await PageFixture.CreateAsync();
        var page = Open(portal);

        await page.EnterAsync("#time", "");
        await page.EnterAsync("input[type=checkbox]", false);
        await page.SendAsync();

        page.WaitForAssertion(() => Assert.Equal("Saved.", page.Find(".saved[role=status]").TextContent), Bound);
        Assert.Equal(new NightlySchedule(false, new TimeOnly(2, 0), null), await ScheduleAsync(portal));
    }

    [Fact]
    public async Task SaveNames_OfATableAndItsColumns_AreShownInTheData()
    {
        using var reader = Reader.Of("en");
        await using var portal = await PageFixture.CreateAsync();
        TestDatabase.Execute(portal.Tenant.DatabasePath, "CREATE TABLE grades (id INTEGER PRIMARY KEY, val REAL); CREATE TABLE tbl_stud (id INTEGER PRIMARY KEY, nm TEXT); INSERT INTO tbl_stud VALUES (1, 'Zoë')");
        var page = Open(portal);

        await page.EnterAsync("#name-1", "Schüler");
        await page.PressAsync(".names button", 1);
        await page.EnterAsync("#name-1-1", "Name");
        await page.PressAsync(".names button", 1);
        await page.SendAsync("form", 1);

        page.WaitForAssertion(() => Assert.Equal("Saved.", page.FindAll(".saved")[1].TextContent), Bound);
        portal.GoTo("/t/goethe/data?table=tbl_stud");
        var data = portal.Open<DataPage>();
        data.WaitForAssertion(() => Assert.Equal("Schüler", data.Find("h1").TextContent), Bound);
        Assert.Equal("Stored as tbl_stud", data.Find(".lead").TextContent);
        data.WaitForAssertion(() => Assert.Equal(["id", "Name", "nm"], data.FindAll("th .shown-name, th .real-name").Select(one => one.TextContent)), Bound);
    }

    [Fact]
    public async Task SaveNames_TwoAlike_IsToldBesideTheFieldsAndKeepsWhatWasTyped()
    {
        using var reader = Reader.Of("en");
        await using var portal = await PageFixture.CreateAsync();
        TestDatabase.Execute(portal.Tenant.DatabasePath, "CREATE TABLE grades (id INTEGER PRIMARY KEY); CREATE TABLE students (id INTEGER PRIMARY KEY)");
        var page = Open(portal);

        await page.EnterAsync("#name-0", "Students");
        await page.SendAsync("form", 1);

        page.WaitForAssertion(() => Assert.Equal("Another table is really called “students”. Choose a name that cannot be confused with it.", page.Find("#name-0-problem[role=alert]").TextContent), Bound);
        Assert.Equal(("true", "Students"), (page.Find("#name-0").GetAttribute("aria-invalid"), page.Find("#name-0").GetAttribute("value")));
        Assert.Equal("", page.FindAll(".saved")[1].TextContent);
        Assert.Equal("grades", (await portal.Get<FriendlyNameStore>().GetAsync(portal.Tenant.Id, TestContext.Current.CancellationToken)).TableOf("grades"));
    }

    [Fact]
    public async Task Open_LiveDataCannotBeRead_ShowsTheOtherSettings()
    {
        using var reader = Reader.Of("en");
        await using var portal = await PageFixture.CreateAsync();
        File.Delete(portal.Tenant.DatabasePath);

        var page = Open(portal);

        page.WaitForAssertion(() => Assert.Contains("cannot be read", page.FindAll("form")[1].TextContent, StringComparison.Ordinal), Bound);
    }

    private static IRenderedComponent<SettingsPage> Open(PageFixture portal)
    {
        var page = portal.Open<SettingsPage>();
        page.WaitForAssertion(() => page.Find("#time"), Bound);
        return page;
    }

    private static Task<NightlySchedule> ScheduleAsync(PageFixture portal) =>
        portal.Get<ScheduleStore>().GetAsync(portal.Tenant.Id, TestContext.Current.CancellationToken);
}
