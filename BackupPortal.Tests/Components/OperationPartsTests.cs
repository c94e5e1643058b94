using BackupPortal.Components.Operations;
using BackupPortal.Core.Operations;
using Bunit;

namespace BackupPortal.Tests.Components;

public sealed class OperationPartsTests : BunitContext
{
    [Fact]
    public void Stepper_Running_MarksTheCurrentStepForEyesAndEars()
    {
        using var reader = Reader.Of("en");

        var stepper = Render<PhaseStepper>(parameters => parameters.Add(one => one.View, Known.Operation(OperationState.Running, OperationPhase.Snapshot, 0.3)));

        Assert.Equal(["done", "current", "ahead", "ahead"], stepper.FindAll("li").Select(step => step.ClassName));
        var current = Assert.Single(stepper.FindAll("[aria-current=step]"));
        Assert.Contains("(now)", current.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Stepper_Failed_ShowsWhereItStopped()
    {
        var stepper = Render<PhaseStepper>(parameters => parameters.Add(one => one.View, Known.Operation(OperationState.Failed, OperationPhase.Store, 0.5)));

        Assert.Equal(["done", "done", "stopped", "ahead"], stepper.FindAll("li").Select(step => step.ClassName));
        Assert.Empty(stepper.FindAll("[aria-current]"));
    }

    [Theory]
    [InlineData("de", "10 MB von 40 MB", "noch etwa 6 s", "Sie können diese Seite schließen")]
    [InlineData("en", "10 MB of 40 MB", "about 6 s left", "You can close this page")]
    public void Card_Running_TellsHowFarItIs(string language, string bytes, string left, string close)
    {
        using var reader = Reader.Of(language);

        var card = RenderCard(Known.Operation(OperationState.Running, OperationPhase.Store, 0.456));

        var text = card.Markup.Replace('\u00a0', ' ');
        Assert.Contains(bytes, text, StringComparison.Ordinal);
        Assert.Contains(left, text, StringComparison.Ordinal);
        Assert.Contains(close, text, StringComparison.Ordinal);
        Assert.Equal("45", card.Find("[role=progressbar]").GetAttribute("aria-valuenow"));
    }

    [Fact]
    public void Card_ForSomebodyWhoMayOnlyLook_HasNoCancel() =>
        Assert.Empty(RenderCard(Known.Operation(OperationState.Running, OperationPhase.Store, 0.4)).FindAll("button"));

    [Fact]
    public void Announcement_OfProgress_IsMadeAtEachTenthAndEachPhaseOnly()
    {
        using var reader = Reader.Of("en");
        var view = Known.Operation(OperationState.Running, OperationPhase.Check, 0.11);

        var first = ProgressAnnouncement.Next(null, view, "Backup");
        var same = ProgressAnnouncement.Next(first, At(view, OperationPhase.Check, 0.19), "Backup");
        var tenth = ProgressAnnouncement.Next(same, At(view, OperationPhase.Check, 0.21), "Backup");
        var phase = ProgressAnnouncement.Next(tenth, At(view, OperationPhase.Store, 0.22), "Backup");
        var end = ProgressAnnouncement.Next(phase, view with { State = OperationState.Cancelled }, "Backup");

        Assert.Same(first, same);
        Assert.Equal("Backup, Check, 20 percent", tenth.Text);
        Assert.Equal("Backup, Store, 20 percent", phase.Text);
        Assert.Equal("Backup: Cancelled", end.Text);
    }

    [Fact]
    public void Later_StaleState_NeverGoesBack()
    {
        var over = Known.Operation(OperationState.Succeeded);
        var running = over with { State = OperationState.Running, Progress = new OperationProgress(OperationPhase.Store, 1, 2, 0.5, 0, null) };
        var slower = running with { Progress = running.Progress! with { Fraction = 0.4 } };

        Assert.Same(over, OperationUpdates.Later(over, running));
        Assert.Same(over, OperationUpdates.Later(running, over));
        Assert.Same(running, OperationUpdates.Later(running, slower));
    }

    [Fact]
    public void Percent_OfWhatIsNotDone_IsNeverAHundred() =>
        Assert.Equal(99, Known.Operation(OperationState.Running, OperationPhase.Finish, 1).Percent());

    private static OperationView At(OperationView view, OperationPhase phase, double fraction) =>
        view with { Progress = new OperationProgress(phase, 0, 0, fraction, 0, null) };

    private IRenderedComponent<OperationProgressCard> RenderCard(OperationView view) =>
        Render<OperationProgressCard>(parameters => parameters.Add(one => one.View, view).Add(one => one.Zone, Known.Berlin));
}
