using BackupPortal.Core.Operations;
using static BackupPortal.Components.Operations.OperationsTexts;

namespace BackupPortal.Components.Operations;

/// <summary>What a screen reader is told of an operation: each new phase, each further tenth, and the end; not every percent.</summary>
internal sealed record ProgressAnnouncement(OperationId Operation, OperationState State, OperationPhase? Phase, int Tenth, string Text)
{
    /// <returns><paramref name="last"/> itself when there is nothing new to say.</returns>
    public static ProgressAnnouncement Next(ProgressAnnouncement? last, OperationView view, string title)
    {
        var tenth = view.Percent() / 10;
        if (last is not null && last.Operation == view.Id && last.State == view.State && last.Phase == view.Progress?.Phase && last.Tenth == tenth)
            return last;
        var text = view.State == OperationState.Running && view.Progress is { } progress
            ? Texts["Announce", title, OperationText.Phase(progress.Phase), tenth * 10]
            : Texts["AnnounceEnd", title, view.Result() ?? OperationText.State(view.State)];
        return new ProgressAnnouncement(view.Id, view.State, view.Progress?.Phase, tenth, text);
    }
}
