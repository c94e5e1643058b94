using BackupPortal.Components.Comparisons;
using BackupPortal.Components.Restores;
using BackupPortal.Core.Comparison;
using BackupPortal.Core.Messages;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Restore;
using BackupPortal.Core.Retrieval;
using BackupPortal.Core.Snapshots;
using Bunit;

namespace BackupPortal.Tests.Components;

public sealed class UndoDialogTests : BunitContext
{
    private static readonly SnapshotId Safety = SnapshotId.Create(Known.Now.AddHours(-2));
    private readonly List<UndoArguments?> answers = [];

    [Fact]
    public async Task Submit_AtOnce_AnswersWithTheRestoreAndTheUsualCountdown()
    {
        var dialog = RenderDialog();

        await dialog.SendAsync();

        Assert.Equal(new UndoArguments(dialog.Instance.Past.Operation.Id.Value, CountdownSeconds: 30), Assert.Single(answers));
    }

    [Fact]
    public async Task Cancel_AsksForNothing()
    {
        var dialog = RenderDialog();

        await dialog.PressAsync("button[type=button]");

        Assert.Null(Assert.Single(answers));
    }

    [Fact]
    public async Task Damage_FoundLater_MustBeConfirmedAndPromisesNoSafetyCopy()
    {
        using var reader = Reader.Of("en");
        var damage = new TaskCompletionSource<string?>();
        var dialog = RenderDialog(damage: damage.Task);
        var promised = dialog.Markup;

        damage.SetResult("database disk image is malformed");
        await dialog.WaitForAssertionAsync(() => Assert.NotNull(dialog.Find("#live-is-damaged")));
        var before = dialog.Find("button[type=submit]").HasAttribute("disabled");
        await dialog.SendAsync();
        await dialog.EnterAsync("#live-is-damaged", true);
        await dialog.EnterAsync("#countdown", "0");
        await dialog.SendAsync();

        Assert.True(before);
        Assert.Equal(new UndoArguments(dialog.Instance.Past.Operation.Id.Value, 0, LiveIsDamaged: true), Assert.Single(answers));
        Assert.Contains("kept for 30 days", dialog.Markup, StringComparison.Ordinal);
        Assert.Contains("you can undo the undo", promised, StringComparison.Ordinal);
        Assert.DoesNotContain("you can undo the undo", dialog.Markup, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("en", OperationKind.Restore, "right before the restore of", "Undo restore")]
    [InlineData("en", OperationKind.Undo, "right before the undo of", "Undo this undo")]
    [InlineData("en", OperationKind.Retrieve, "Not only what was brought back", "Undo bringing back")]
    [InlineData("de", OperationKind.Restore, "direkt vor der Wiederherstellung vom 20.11.2026, 13:00 Uhr", "Wiederherstellung rückgängig machen")]
    [InlineData("de", OperationKind.Retrieve, "Nicht nur das Zurückgeholte", "Zurückholen rückgängig machen")]
    public void Dialog_OfEachKind_SaysWhereItLeadsTo(string language, OperationKind kind, string text, string button)
    {
        using var reader = Reader.Of(language);

        var dialog = RenderDialog(kind);

        Assert.Contains(text, dialog.Markup, StringComparison.Ordinal);
        Assert.Equal(button, dialog.Find("button[type=submit]").TextContent);
    }

    [Fact]
    public async Task Changes_WhileTheyAreFound_ShowHowFarAndThenEveryNumberWithAWayToAll()
    {
        using var reader = Reader.Of("en");
        var found = new TaskCompletionSource<ComparisonView?>();
        var dialog = RenderDialog(changes: new ForeseenChanges(
            progress =>
            {
                progress(new ComparisonProgress(ComparisonStep.Reading, 3, 4));
                return found.Task;
            },
            TimeProvider.System));
        await dialog.WaitForAssertionAsync(() => Assert.Equal("37", dialog.Find("[role=progressbar]").GetAttribute("aria-valuenow")), TimeSpan.FromSeconds(20));

        found.SetResult(View(students: 3));
        await dialog.WaitForAssertionAsync(() => Assert.Empty(dialog.FindAll("[role=progressbar]")), TimeSpan.FromSeconds(20));

        Assert.Contains("3 disappear", dialog.Find(".changes").TextContent, StringComparison.Ordinal);
        Assert.Equal($"/t/goethe/backups/{Safety}/compare?with=now", dialog.Find("a[target=_blank]").GetAttribute("href"));
    }

    [Theory]
    [InlineData(OperationKind.Retrieve, 40, 0, null)]
    [InlineData(OperationKind.Retrieve, 45, 0, "at least 5 rows.")]
    [InlineData(OperationKind.Retrieve, 41, 3, "at least 1 row and 2 files.")]
    [InlineData(OperationKind.Retrieve, 40, 2, "at least 1 file.")]
    [InlineData(OperationKind.Restore, 45, 3, null)]
    public async Task Changes_OfABroughtBackPart_TellHowMuchLaterWorkGoesToo(OperationKind kind, int rows, int files, string? expected)
    {
        using var reader = Reader.Of("en");

        var dialog = RenderDialog(kind, new ForeseenChanges(_ => Task.FromResult<ComparisonView?>(View(rows, files)), TimeProvider.System));
        await dialog.WaitForAssertionAsync(() => Assert.NotNull(dialog.Find(".changes")), TimeSpan.FromSeconds(20));

        var notice = dialog.FindAll(".notice");
        Assert.Equal(expected is null ? 0 : 1, notice.Count);
        Assert.All(notice, one => Assert.EndsWith(expected!, one.TextContent.Trim(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Changes_CannotBeFound_DoNotKeepAnybodyFromUndoing()
    {
        using var reader = Reader.Of("en");

        var dialog = RenderDialog(changes: new ForeseenChanges(_ => Task.FromResult<ComparisonView?>(null), TimeProvider.System));
        await dialog.WaitForAssertionAsync(() => Assert.Contains("Undoing still works", dialog.Find(".notice").TextContent, StringComparison.Ordinal), TimeSpan.FromSeconds(20));
        await dialog.SendAsync();

        Assert.Single(answers);
    }

    // A search table follows from the students: none of its rows is anybody's work.
    private static ComparisonView View(int students, int files = 0) => new(
        [
            new TableView("students", "students", [new(DifferenceKind.Disappear, students, [])]),
            new TableView("students_search", "students_search", [new(DifferenceKind.Disappear, 1000, [])]) { IsVirtual = true },
        ],
        [], files == 0 ? [] : [new FilesView(DifferenceKind.Disappear, files, [])]);

    private IRenderedComponent<UndoDialog> RenderDialog(OperationKind kind = OperationKind.Restore, ForeseenChanges? changes = null, Task<string?>? damage = null)
    {
        var plan = new RetrievalPlan([new RetrievedTable("Students", 30, 5, 4, 1, 0, 0)], []) { Files = new RetrievedFiles(1, 0, 0, 0) };
        var outcome = new OperationOutcome(new Message("Restore", "Done"), SafetySnapshot: Safety, Details: kind == OperationKind.Retrieve ? plan.ToJson() : null);
        var past = new PastRestore(Known.Operation(OperationState.Succeeded) with { Kind = kind, Outcome = outcome }, null, Safety, null, Known.Now.AddDays(6));
        return Render<UndoDialog>(parameters => parameters
            .Add(one => one.Tenant, Known.Tenant)
            .Add(one => one.Past, past)
            .Add(one => one.Changes, changes)
            .Add(one => one.Damage, damage)
            .Add(one => one.KeptDays, 30)
            .Add(one => one.OnAnswer, answers.Add));
    }
}
