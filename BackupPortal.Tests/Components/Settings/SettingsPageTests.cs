using BackupPortal.Components.Settings;
using BackupPortal.Core.Catalog;
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

        page.Find("input[type=checkbox]").Change(false);
        page.Find("form").Submit();

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

        page.Find("#time").Change(time);
        page.Find("form").Submit();

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

        page.Find("#time").Change("");
        page.Find("input[type=checkbox]").Change(false);
        page.Find("form").Submit();

        page.WaitForAssertion(() => Assert.Equal("Saved.", page.Find(".saved[role=status]").TextContent), Bound);
        Assert.Equal(new NightlySchedule(false, new TimeOnly(2, 0), null), await ScheduleAsync(portal));
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
