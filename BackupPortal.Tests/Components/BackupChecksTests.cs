using BackupPortal.Components.Backups;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Messages;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Verification;
using Bunit;
using Radzen.Blazor;
using TestContext = Xunit.TestContext;

namespace BackupPortal.Tests.Components;

public sealed class BackupChecksTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Verify_LevelChosen_QueuesItForThisBackup()
    {
        using var reader = Reader.Of("en");
        await using var portal = await PageFixture.CreateAsync();
        var (page, dialogs, snapshot) = await OpenAsync(portal);

        await AskAsync(page, dialogs, "#level-decode");

        var queued = Assert.Single(await ListAsync(portal));
        Assert.Equal((OperationKind.Verify, OperationState.Queued, "anna@example.org"), (queued.Kind, queued.State, queued.RequestedBy));
        Assert.Equal(new VerifyArguments(snapshot.Value, VerifyLevel.Decode), VerifyArguments.FromJson(queued.Arguments));
        page.WaitForAssertion(() => Assert.Contains("Full check of", page.Find(".operation-card h2").TextContent, StringComparison.Ordinal), Bound);
    }

    [Fact]
    public async Task Verify_RoleTakenAwayWhileAsked_QueuesNothing()
    {
        using var reader = Reader.Of("en");
        await using var portal = await PageFixture.CreateAsync();
        var (page, dialogs, _) = await OpenAsync(portal);
        await portal.DemoteAsync();

        await AskAsync(page, dialogs, "#level-drill");

        page.WaitForAssertion(() => Assert.Contains("may no longer do this", page.Find("[role=alert]").TextContent, StringComparison.Ordinal), Bound);
        Assert.Empty(await ListAsync(portal));
    }

    [Fact]
    public async Task Verify_SchoolsGrantOfAMemberOnly_QueuesNothing()
    {
        using var reader = Reader.Of("en");
        await using var portal = await PageFixture.CreateAsync(TenantRole.Member);
        var (page, dialogs, _) = await OpenAsync(portal);

        await AskAsync(page, dialogs, "#level-presence");

        page.WaitForAssertion(() => page.Find("[role=alert]"), Bound);
        Assert.Empty(await ListAsync(portal));
    }

    [Theory]
    [InlineData("en", VerifyLevel.Drill, "Restored on trial just now", "Trial restore")]
    [InlineData("en", VerifyLevel.Decode, "Fully checked just now", "Full check")]
    [InlineData("en", VerifyLevel.Presence, "Not yet proven in full", "Quick check")]
    [InlineData("de", VerifyLevel.Drill, "Probe bestanden gerade eben", "Probe-Wiederherstellung")]
    [InlineData("de", VerifyLevel.Decode, "Vollständig geprüft gerade eben", "Vollständige Prüfung")]
    [InlineData("de", VerifyLevel.Presence, "Noch nicht vollständig geprüft", "Schnellprüfung")]
    public async Task Check_OverWhileThePagesAreOpen_ShowsLevelTimeAndLengthOnPageAndInTheList(string language, VerifyLevel level, string badge, string name)
    {
        using var reader = Reader.Of(language);
        await using var portal = await PageFixture.CreateAsync();
        var (page, _, snapshot) = await OpenAsync(portal);
        Assert.Empty(page.FindAll("[aria-labelledby=checks] dl"));
        var list = portal.Open<BackupsPage>();
        list.WaitForAssertion(() => Assert.Empty(list.Find("td .proof").QuerySelectorAll("small")), Bound);

        await portal.VerifyAsync(level, snapshot.Value);
        portal.Get<OperationFeed>().Publish(Known.Operation(OperationState.Succeeded, tenant: portal.Tenant.Id));

        page.WaitForAssertion(() => Assert.Equal(3, page.FindAll("[aria-labelledby=checks] dd").Count), Bound);
        Assert.Equal(badge, page.Find("[aria-labelledby=checks] .badge").TextContent);
        var facts = page.FindAll("[aria-labelledby=checks] dd");
        Assert.Equal(name, facts[0].TextContent);
        Assert.Matches("[0-9]\u00a0?m?s$|[0-9] m?s$", facts[2].TextContent);
        list.WaitForAssertion(() => list.Find("td .proof small"), Bound);
        Assert.Equal(badge, list.Find("td .proof .badge").TextContent);
        var line = list.Find("td .proof small").TextContent;
        Assert.EndsWith(facts[2].TextContent, line, StringComparison.Ordinal);
        Assert.Equal(level == VerifyLevel.Presence, line.StartsWith(name, StringComparison.Ordinal));
    }

    [Fact]
    public void Result_OfAFailedCheck_IsReadOutWithWhatToDo()
    {
        using var reader = Reader.Of("en");
        using var context = new BunitContext();
        var snapshot = Known.Snapshot(Known.Now.AddDays(-1), isDamaged: true, check: new SnapshotCheck(VerifyLevel.Drill, Known.Now, TimeSpan.FromSeconds(2)));
        var failed = Known.Check(OperationState.Failed, snapshot.Id) with
        {
            Error = new Message("Verification", "Damaged", "1", "1", snapshot.Id.Value, "pages 1 to 9"),
            Hint = new Message("Verification", "DamagedHint"),
        };

        var shown = context.Render<BackupChecks>(parameters => parameters
            .Add(one => one.Snapshot, snapshot)
            .Add(one => one.Latest, failed)
            .Add(one => one.DetailHref, "/somewhere")
            .Add(one => one.Now, Known.Now)
            .Add(one => one.Zone, Known.Berlin));

        var status = shown.Find("[role=status]");
        Assert.Contains("pages 1 to 9", status.TextContent, StringComparison.Ordinal);
        Assert.Contains("Make a new backup now", status.TextContent, StringComparison.Ordinal);
        Assert.Equal("/somewhere", status.QuerySelector("a")!.GetAttribute("href"));
        Assert.NotNull(shown.Find(".notice-bad"));
    }

    [Fact]
    public void Latest_AmongOthers_IsTheNewestOfThisBackupUnlessSomethingNewerIsKnown()
    {
        var snapshot = Known.Snapshot(Known.Now.AddDays(-1));
        var other = Known.Check(OperationState.Succeeded, Known.Snapshot(Known.Now).Id);
        var ofAll = Known.Check(OperationState.Succeeded, null);
        var running = Known.Check(OperationState.Running, snapshot.Id);
        var newest = Known.Check(OperationState.Failed, snapshot.Id);
        var unreadable = newest with { Arguments = "nothing" };
        OperationView[] operations = [other, ofAll, running, unreadable, Known.Operation(OperationState.Succeeded), newest, Known.Check(OperationState.Succeeded, snapshot.Id)];

        Assert.Same(newest, CheckHistory.Latest(snapshot, operations));
        Assert.Same(newest, CheckHistory.Latest(snapshot with { LastCheck = CheckAt(newest.EndedUtc!.Value) }, operations));
        Assert.Null(CheckHistory.Latest(snapshot with { LastCheck = CheckAt(newest.EndedUtc!.Value.AddSeconds(1)) }, operations));
        Assert.Null(CheckHistory.Latest(snapshot, [other, ofAll, running, unreadable]));
    }

    private static SnapshotCheck CheckAt(DateTimeOffset at) => new(VerifyLevel.Decode, at, null);

    private static async Task<(IRenderedComponent<BackupPage> Page, IRenderedComponent<RadzenDialog> Dialogs, SnapshotId Snapshot)> OpenAsync(PageFixture portal)
    {
        var snapshot = (await portal.BackUpAsync()).Snapshot!;
        var dialogs = portal.OpenDialogs();
        var page = portal.Open<BackupPage>(("Snapshot", snapshot.Value));
        page.WaitForAssertion(() => page.Find("[aria-labelledby=checks]"), Bound);
        return (page, dialogs, snapshot);
    }

    private static async Task AskAsync(IRenderedComponent<BackupPage> page, IRenderedComponent<RadzenDialog> dialogs, string choice)
    {
        var asked = page.InvokeAsync(() => page.Find(".page-actions .choices button").ClickAsync(new()));
        dialogs.WaitForAssertion(() => dialogs.Find(choice), Bound);
        await dialogs.EnterAsync(choice, "on");
        await dialogs.SendAsync();
        await asked;
    }

    private static Task<IReadOnlyList<OperationView>> ListAsync(PageFixture portal) =>
        portal.Get<OperationHistory>().ListAsync(portal.Tenant.Id, 10, TestContext.Current.CancellationToken);
}
