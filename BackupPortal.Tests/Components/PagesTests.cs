using System.Globalization;
using BackupPortal.Components.Backups;
using BackupPortal.Components.Data;
using BackupPortal.Components.Operations;
using BackupPortal.Components.Overview;
using BackupPortal.Components.Restores;
using BackupPortal.Components.Settings;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Operations;
using Bunit;
using TestContext = Xunit.TestContext;

namespace BackupPortal.Tests.Components;

public sealed class PagesTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData("de", "Noch kein Backup", "Erstellen Sie jetzt das erste")]
    [InlineData("en", "No backup yet", "Create the first one now")]
    public async Task Backups_WithoutAny_SayWhatToDoFirst(string language, string title, string advice)
    {
        using var reader = Reader.Of(language);
        await using var portal = await PageFixture.CreateAsync();

        var page = portal.Open<BackupsPage>();

        page.WaitForAssertion(() => Assert.Contains(title, page.Find(".empty h2").TextContent, StringComparison.Ordinal), Bound);
        Assert.Contains(advice, page.Find(".empty").TextContent, StringComparison.Ordinal);
        Assert.Single(page.FindAll("button.primary"));
    }

    [Fact]
    public async Task Restores_WithoutAny_LeadToTheBackups()
    {
        await using var portal = await PageFixture.CreateAsync();

        var page = portal.Open<RestoresPage>();

        page.WaitForAssertion(() => Assert.Equal("/t/goethe/backups", page.Find(".empty a").GetAttribute("href")), Bound);
    }

    [Fact]
    public async Task Data_WithoutTables_SaysSo()
    {
        using var reader = Reader.Of("en");
        await using var portal = await PageFixture.CreateAsync(TenantRole.Member);

        var page = portal.Open<DataPage>();

        page.WaitForAssertion(() => Assert.Contains("No tables yet", page.Markup, StringComparison.Ordinal), Bound);
    }

    [Fact]
    public async Task Data_DatabaseMissing_IsToldWithoutAnException()
    {
        using var reader = Reader.Of("en");
        await using var portal = await PageFixture.CreateAsync();
        File.Delete(portal.Tenant.DatabasePath);

        var page = portal.Open<DataPage>();

        page.WaitForAssertion(() => Assert.Contains("The current data cannot be read", page.Find("[role=alert]").TextContent, StringComparison.Ordinal), Bound);
    }

    [Fact]
    public async Task Backups_OperationEnds_NewBackupAppearsByItself()
    {
        await using var portal = await PageFixture.CreateAsync();
        var page = portal.Open<BackupsPage>();
        page.WaitForAssertion(() => page.Find(".empty"), Bound);

        await portal.BackUpAsync("before the exams");
        portal.Get<OperationFeed>().Publish(Known.Operation(OperationState.Succeeded, tenant: portal.Tenant.Id));

        page.WaitForAssertion(() => Assert.Contains("before the exams", page.Find("tbody").TextContent, StringComparison.Ordinal), Bound);
        Assert.Empty(page.FindAll(".empty"));
    }

    [Fact]
    public async Task Overview_OperationRuns_IsShownLiveInTheReadersLanguageWhoeverPublishes()
    {
        using var reader = Reader.Of("de");
        await using var portal = await PageFixture.CreateAsync();
        var page = portal.Open<OverviewPage>();
        page.WaitForAssertion(() => page.Find(".state-unprotected"), Bound);

        await PublishInAnotherLanguageAsync(portal, Known.Operation(OperationState.Running, OperationPhase.Store, 0.5, tenant: portal.Tenant.Id));

        page.WaitForAssertion(() => Assert.Equal("50", page.Find("[role=progressbar]").GetAttribute("aria-valuenow")), Bound);
        Assert.Contains("Sie können diese Seite schließen", page.Markup, StringComparison.Ordinal);
        Assert.Contains("gerade läuft ein Backup", page.Find(".state").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Overview_OfAMember_OffersNothingThatTheyMayNotDo()
    {
        await using var portal = await PageFixture.CreateAsync(TenantRole.Member);
        var page = portal.Open<OverviewPage>();
        page.WaitForAssertion(() => page.Find(".state"), Bound);

        portal.Get<OperationFeed>().Publish(Known.Operation(OperationState.Running, OperationPhase.Store, 0.5, tenant: portal.Tenant.Id));

        page.WaitForAssertion(() => page.Find("[role=progressbar]"), Bound);
        Assert.Empty(page.FindAll("button"));
        Assert.Empty(page.FindAll("a"));
    }

    [Fact]
    public async Task Operations_OfAnotherSchool_AreNotShown()
    {
        await using var portal = await PageFixture.CreateAsync();
        var page = portal.Open<OperationsPage>();
        page.WaitForAssertion(() => page.Find(".empty"), Bound);
        var own = Known.Operation(OperationState.Running, OperationPhase.Store, 0.5, tenant: portal.Tenant.Id);

        portal.Get<OperationFeed>().Publish(Known.Operation(OperationState.Running, OperationPhase.Store, 0.9));
        portal.Get<OperationFeed>().Publish(own);

        page.WaitForAssertion(() => page.Find("[role=progressbar]"), Bound);
        Assert.Equal("50", Assert.Single(page.FindAll("[role=progressbar]")).GetAttribute("aria-valuenow"));
    }

    [Fact]
    public async Task Operation_ThatDoesNotExist_IsToldAsGone()
    {
        using var reader = Reader.Of("en");
        await using var portal = await PageFixture.CreateAsync();

        var page = portal.Open<OperationPage>(("Operation", OperationId.Create().ToString()));

        page.WaitForAssertion(() => Assert.Contains("This operation does not exist", page.Find("h1").TextContent, StringComparison.Ordinal), Bound);
    }

    [Fact]
    public async Task Settings_Saved_AreKeptAndTheNextRunMoves()
    {
        using var reader = Reader.Of("en");
        await using var portal = await PageFixture.CreateAsync();
        var page = portal.Open<SettingsPage>();
        page.WaitForAssertion(() => page.Find("#time"), Bound);

        await page.EnterAsync("#time", "04:30");
        await page.SendAsync();

        page.WaitForAssertion(() => Assert.Equal("Saved.", page.Find(".saved").TextContent), Bound);
        Assert.Equal(new TimeOnly(4, 30), (await portal.Get<ScheduleStore>().GetAsync(portal.Tenant.Id, TestContext.Current.CancellationToken)).At);
    }

    [Fact]
    public async Task Settings_RoleTakenAway_ChangeNothing()
    {
        using var reader = Reader.Of("en");
        await using var portal = await PageFixture.CreateAsync();
        var page = portal.Open<SettingsPage>();
        page.WaitForAssertion(() => page.Find("#time"), Bound);
        await portal.DemoteAsync();

        await page.EnterAsync("#time", "04:30");
        await page.SendAsync();

        page.WaitForAssertion(() => Assert.Contains("may no longer do this", page.Find("[role=alert]").TextContent, StringComparison.Ordinal), Bound);
        Assert.Equal(new TimeOnly(2, 0), (await portal.Get<ScheduleStore>().GetAsync(portal.Tenant.Id, TestContext.Current.CancellationToken)).At);
    }

    private static Task PublishInAnotherLanguageAsync(PageFixture portal, OperationView view) => Task.Run(() =>
    {
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("en");
        portal.Get<OperationFeed>().Publish(view);
    });
}
