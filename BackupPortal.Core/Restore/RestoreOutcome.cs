using BackupPortal.Core.Messages;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Snapshots;

namespace BackupPortal.Core.Restore;

/// <summary>What a finished restore says of itself.</summary>
internal static class RestoreOutcome
{
    public static OperationOutcome Of(RestoreNote note, bool afterInterruption) => new(
        Summary(note, afterInterruption),
        note.SnapshotId,
        note.SafetySnapshot is { } safety ? SnapshotId.Parse(safety) : null,
        note.Downtime);

    /// <summary>Of a restore that was taken back.</summary>
    public static Message OfReturn(RestoreNote note) => note switch
    {
        { KeptSince: { } snapshot } => RestoreText.Of("RolledBackKept", note.FailedCheck ?? "", snapshot),
        { KeepsRaw: true } => RestoreText.Of("RolledBackRaw", note.FailedCheck ?? "", note.QuarantineFolder),
        _ => RestoreText.Of("RolledBack", note.FailedCheck ?? ""),
    };

    /// <summary>Of a restore whose data did not pass the check and stays live all the same; it can be undone when it has a safety snapshot.</summary>
    public static FailedOperationException Stays(RestoreNote note, LiveProblem problem)
    {
        var (what, hint) = note.SafetySnapshot is null ? ("CheckFailedNoWayBack", "SwapFailedHint") : ("CheckFailedStays", "CheckFailedStaysHint");
        return new FailedOperationException(RestoreText.Of(what, problem.Text), RestoreText.Of(hint), Of(note, afterInterruption: false));
    }

    private static Message Summary(RestoreNote note, bool afterInterruption)
    {
        var what = afterInterruption ? "FinishedAfterInterruption" : note.Kind == OperationKind.Undo ? "Undone" : "Restored";
        if (note.InQuarantine)
            return RestoreText.Of(what + "WithQuarantine", note.Snapshot, note.QuarantineFolder);
        return RestoreText.Of(note.SafetySnapshot is null ? "RestoredToNothing" : what, note.Snapshot);
    }
}
