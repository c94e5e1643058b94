using BackupPortal.Components.Comparisons;
using BackupPortal.Components.Restores;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Comparison;
using BackupPortal.Core.Restore;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Tenancy;
using Bunit;

namespace BackupPortal.Tests.Components;

public sealed class RestoreDialogTests : BunitContext
{
    private readonly List<RestoreArguments?> answers = [];

    [Theory]
    [InlineData("", false)]
    [InlineData("goeth", false)]
    [InlineData("Goethe", false)]
    [InlineData("park", false)]
    [InlineData("goethe", true)]
    public async Task Restore_ShortName_EnablesOnlyWhenExact(string typed, bool isEnabled)
    {
        var dialog = RenderDialog(new RestorePreview([], 3, 0, false));

        await dialog.TypeAsync("#confirm-slug", typed);

        Assert.Equal(isEnabled, !dialog.Find("button[type=submit]").HasAttribute("disabled"));
    }

    [Fact]
    public async Task Submit_WithoutTheShortName_DoesNothingEvenByEnter()
    {
        var dialog = RenderDialog(null);

        await dialog.SendAsync();

        Assert.Empty(answers);
    }

    [Fact]
    public async Task Submit_WithTheShortName_AnswersWithTheSnapshot()
    {
        var dialog = RenderDialog(null);

        await dialog.TypeAsync("#confirm-slug", "goethe");
        await dialog.SendAsync();

        Assert.Equal(new RestoreArguments(dialog.Instance.Record.Id.Value, CountdownSeconds: 30), Assert.Single(answers));
    }

    [Theory]
    [InlineData("en", "Now")]
    [InlineData("de", "In 30 Sekunden")]
    public void Countdown_OffersNowToTenMinutes(string language, string expected)
    {
        using var reader = Reader.Of(language);
        var dialog = RenderDialog(null);

        var choices = dialog.FindAll("#countdown option");

        Assert.Equal(["0", "30", "60", "120", "300", "600"], choices.Select(static choice => choice.GetAttribute("value")));
        Assert.Contains(expected, choices.Select(static choice => choice.TextContent));
    }

    [Theory]
    [InlineData("0", 0)]
    [InlineData("600", 600)]
    [InlineData("601", 30)]
    public async Task Countdown_Chosen_IsInTheAnswer(string chosen, int expected)
    {
        var dialog = RenderDialog(null);

        await dialog.EnterAsync("#countdown", chosen);
        await dialog.TypeAsync("#confirm-slug", "goethe");
        await dialog.SendAsync();

        Assert.Equal(expected, Assert.Single(answers)!.CountdownSeconds);
    }

    [Fact]
    public async Task NewerSchema_IsRestoredOnlyWhenTold()
    {
        var dialog = RenderDialog(new RestorePreview([], 0, 0, IsNewerSchema: true));

        await dialog.TypeAsync("#confirm-slug", "goethe");
        Assert.True(dialog.Find("button[type=submit]").HasAttribute("disabled"));
        await dialog.EnterAsync("input[type=checkbox]", true);
        await dialog.SendAsync();

        Assert.True(Assert.Single(answers)!.AllowNewerSchema);
    }

    [Fact]
    public async Task Damage_FoundLater_IsToldAndMustBeConfirmed()
    {
        var damage = new TaskCompletionSource<string?>();
        var dialog = RenderDialog(new RestorePreview([], 3, 0, false), damage: damage.Task);
        await dialog.TypeAsync("#confirm-slug", "goethe");

        damage.SetResult("database disk image is malformed");
        await dialog.WaitForAssertionAsync(() => Assert.NotNull(dialog.Find("#live-is-damaged")));
        var before = dialog.Find("button[type=submit]").HasAttribute("disabled");
        await dialog.SendAsync();
        await dialog.EnterAsync("#live-is-damaged", true);
        await dialog.SendAsync();

        Assert.True(before);
        Assert.True(Assert.Single(answers)!.LiveIsDamaged);
        Assert.Contains("30 days", dialog.Markup, StringComparison.Ordinal);
        Assert.DoesNotContain("safety copy of today", dialog.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void Dialog_InGerman_NamesSchoolTimeAndSafetyCopy()
    {
        using var reader = Reader.Of("de");

        var text = RenderDialog(null).Markup;

        Assert.Contains("Goethe-Gymnasium: zurück zum 19.11.2026, 13:00 Uhr", text, StringComparison.Ordinal);
        Assert.Contains("vor 1 Tag", text, StringComparison.Ordinal);
        Assert.Contains("Zuerst entsteht eine Sicherheitskopie", text, StringComparison.Ordinal);
        Assert.Contains("Backup wiederherstellen", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("en", "students", "40 come back, 1 reverts, 2 disappear", "Anna Müller", "points: 3 → becomes 4")]
    [InlineData("de", "students", "40 kommen zurück, 1 wird zurückgesetzt, 2 verschwinden", "Anna Müller", "points: 3 → wird 4")]
    public async Task Changes_FoundLater_TakeThePlaceOfTheNumbers(string language, params string[] expected)
    {
        using var reader = Reader.Of(language);
        var changes = new TaskCompletionSource<ComparisonView?>();
        var dialog = RenderDialog(new RestorePreview([], 3, 0, false), changes.Task);
        Assert.Single(dialog.FindAll("[role=status]"));

        RowExample anna = new("Anna Müller", []);
        changes.SetResult(new ComparisonView(
            [
                new("students", "students",
                [
                    new(DifferenceKind.ComeBack, 40, [anna]), new(DifferenceKind.Revert, 1, [anna with { Changes = [new("points", "3", "4")] }]),
                    new(DifferenceKind.Disappear, 2, []),
                ]),
            ],
            [], []));
        await dialog.WaitForAssertionAsync(() => Assert.Empty(dialog.FindAll("[role=status]")));

        var text = Words(dialog.Find(".changes"));
        Assert.All(expected, part => Assert.Contains(part, text, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(null, "usually a few seconds")]
    [InlineData(false, "less than a second")]
    [InlineData(true, "up to about 21 s")]
    public void Dialog_LockOut_IsToldByWhatWillBeDone(bool? isShared, string expected)
    {
        using var reader = Reader.Of("en");

        var dialog = RenderDialog(null, lockOut: isShared is { } shared ? new LockOutEstimate(shared, TimeSpan.FromSeconds(21)) : null);

        Assert.Contains(expected, dialog.Find(".steps").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Changes_CannotBeFound_LeaveTheNumbers()
    {
        var dialog = RenderDialog(
            new RestorePreview([new TableChange("tbl_stud", 0, 40), new TableChange("teachers", 1, 2)], 3, 0, false), Task.FromResult<ComparisonView?>(null),
            names: new FriendlyNames([new("tbl_stud", null, "Zöglinge")]));

        // By the names that people know, and sorted by them.
        await dialog.WaitForAssertionAsync(() => Assert.Equal(["teachers", "Zöglinge tbl_stud"], dialog.FindAll(".comparison td:first-child").Select(Words)));
    }

    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 1)]
    public void Dialog_BackupOfAnEarlierSchoolOfThatShortName_IsToldApart(bool isOwn, int notices)
    {
        using var reader = Reader.Of("en");

        var dialog = RenderDialog(new RestorePreview([], 3, 0, false), record: Known.Record(new Dictionary<string, long>()) with
        {
            Tenant = isOwn ? Known.Tenant.Id : TenantId.Create(),
            TenantName = "Old Goethe",
        });

        Assert.Equal(notices, dialog.FindAll(".notice").Count(static one => one.TextContent.Contains("“Old Goethe”, which had the same short name", StringComparison.Ordinal)));
    }

    [Fact]
    public void Preview_OfRowCounts_TellsDifferingSameAndUncounted()
    {
        var then = new Dictionary<string, long> { ["grades"] = 10, ["students"] = 40, ["old"] = 1, ["big"] = 20_000 };
        var now = new Dictionary<string, long?> { ["grades"] = 10, ["students"] = 0, ["fresh"] = 2, ["big"] = null };

        var preview = RestorePreview.Of(then, now, isNewerSchema: false);

        Assert.Equal([new TableChange("fresh", 2, null), new TableChange("old", null, 1), new TableChange("students", 0, 40)], preview.Differing);
        Assert.Equal((1, 1), (preview.SameCount, preview.UnknownCount));
    }

    private IRenderedComponent<RestoreDialog> RenderDialog(
        RestorePreview? preview, Task<ComparisonView?>? changes = null, LockOutEstimate? lockOut = null, Task<string?>? damage = null, FriendlyNames? names = null,
        SnapshotRecord? record = null) => Render<RestoreDialog>(parameters => parameters
        .Add(one => one.Tenant, Known.Tenant)
        .Add(one => one.Record, record ?? Known.Record(new Dictionary<string, long>()))
        .Add(one => one.Now, Known.Now)
        .Add(one => one.Preview, preview)
        .Add(one => one.Changes, changes is null ? null : new ForeseenChanges(_ => changes, TimeProvider.System))
        .Add(one => one.Names, names ?? FriendlyNames.None)
        .Add(one => one.LockOut, lockOut)
        .Add(one => one.Damage, damage)
        .Add(one => one.KeptDays, 30)
        .Add(one => one.OnAnswer, answers.Add));

    private static string Words(AngleSharp.Dom.IElement element) => string.Join(' ', element.TextContent.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries));
}
