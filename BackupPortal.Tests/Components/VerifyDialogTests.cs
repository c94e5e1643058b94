using BackupPortal.Components.Backups;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Verification;
using Bunit;

namespace BackupPortal.Tests.Components;

public sealed class VerifyDialogTests : BunitContext
{
    private static readonly SnapshotSummary Asked = Known.Snapshot(Known.Now.AddHours(-3), note: "before the exams");
    private readonly List<VerifyArguments?> answers = [];

    [Fact]
    public async Task Submit_AtOnce_AsksForTheStrongestProof()
    {
        var dialog = RenderDialog();

        Assert.Equal("drill", dialog.Find("input[type=radio]").Id!["level-".Length..]);
        await dialog.SendAsync();

        Assert.Equal(new VerifyArguments(Asked.Id.Value, VerifyLevel.Drill), Assert.Single(answers));
    }

    [Theory]
    [InlineData(VerifyLevel.Presence, "#level-presence")]
    [InlineData(VerifyLevel.Decode, "#level-decode")]
    public async Task Submit_AfterAnotherChoice_AsksForThatLevel(VerifyLevel level, string choice)
    {
        var dialog = RenderDialog();

        await dialog.EnterAsync(choice, "on");
        await dialog.SendAsync();

        Assert.Equal(new VerifyArguments(Asked.Id.Value, level), Assert.Single(answers));
        Assert.Equal(choice, "#" + Assert.Single(dialog.FindAll("input[checked]")).Id);
    }

    [Fact]
    public async Task Cancel_AsksForNothing()
    {
        var dialog = RenderDialog();

        await dialog.PressAsync("button[type=button]");

        Assert.Null(Assert.Single(answers));
    }

    [Fact]
    public void Choices_ForAScreenReader_HaveANameAndTheirCost()
    {
        using var reader = Reader.Of("en");

        var dialog = RenderDialog();

        Assert.Equal("How thoroughly?", dialog.Find("fieldset > legend").TextContent);
        Assert.Equal(["Trial restore", "Full check", "Quick check"], dialog.FindAll("input[type=radio]").Select(one => dialog.Find($"label[for={one.Id}]").TextContent));
        foreach (var one in dialog.FindAll("input[type=radio]"))
            Assert.All(one.GetAttribute("aria-describedby")!.Split(' '), id => Assert.NotEmpty(dialog.Find("#" + id).TextContent));
    }

    [Theory]
    [InlineData("en", "Strongest proof", "Needs 58.2 MB of free space meanwhile. Takes about 20 s", "Reads 58.2 MB. Takes seconds", "Takes a moment.")]
    [InlineData("de", "Stärkster Beweis", "Braucht währenddessen 58,2 MB freien Platz. Dauert etwa 20 s", "Liest 58,2 MB. Dauert Sekunden", "Dauert einen Augenblick.")]
    public void Choices_TellWhatTheyCost_GoingByWhatAnEarlierCheckTook(string language, string strongest, string drill, string decode, string presence)
    {
        using var reader = Reader.Of(language);
        var half = Known.Snapshot(Known.Now.AddDays(-1), check: new SnapshotCheck(VerifyLevel.Drill, Known.Now, TimeSpan.FromSeconds(10)));

        var dialog = RenderDialog(half with { SizeBytes = Asked.SizeBytes / 2 });

        Assert.Equal(strongest, Assert.Single(dialog.FindAll(".badge")).TextContent);
        Assert.StartsWith(drill, Cost(dialog, "drill"), StringComparison.Ordinal);
        Assert.StartsWith(decode, Cost(dialog, "decode"), StringComparison.Ordinal);
        Assert.StartsWith(presence, Cost(dialog, "presence"), StringComparison.Ordinal);
    }

    [Fact]
    public void Estimate_OfALevel_GoesByItsNewestCheckThatHeld()
    {
        var older = Checked(VerifyLevel.Decode, Known.Now.AddDays(-2), 1);
        var newer = Checked(VerifyLevel.Decode, Known.Now.AddDays(-1), 2);
        var damaged = Checked(VerifyLevel.Decode, Known.Now, 3) with { IsDamaged = true };
        var untimed = Known.Snapshot(Known.Now, check: new SnapshotCheck(VerifyLevel.Decode, Known.Now, null));
        var empty = Checked(VerifyLevel.Decode, Known.Now, 4) with { SizeBytes = 0 };

        Assert.Equal(TimeSpan.FromSeconds(2), CheckDuration.Estimate(Asked, VerifyLevel.Decode, [older, newer, damaged, untimed, empty]));
        Assert.Null(CheckDuration.Estimate(Asked, VerifyLevel.Drill, [older, newer]));
    }

    private static SnapshotSummary Checked(VerifyLevel level, DateTimeOffset at, int seconds) =>
        Known.Snapshot(at, check: new SnapshotCheck(level, at, TimeSpan.FromSeconds(seconds)));

    private static string Cost(IRenderedComponent<VerifyDialog> dialog, string level) =>
        dialog.Find($"#level-{level}-cost").TextContent.Replace('\u00a0', ' ');

    private IRenderedComponent<VerifyDialog> RenderDialog(params SnapshotSummary[] others) => Render<VerifyDialog>(parameters => parameters
        .Add(one => one.Snapshot, Asked)
        .Add(one => one.Snapshots, [Asked, .. others])
        .Add(one => one.Now, Known.Now)
        .Add(one => one.Zone, Known.Berlin)
        .Add(one => one.OnAnswer, answers.Add));
}
