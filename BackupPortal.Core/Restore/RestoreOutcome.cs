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

    private static Message Summary(RestoreNote note, bool afterInterruption)
    {
        var what = afterInterruption ? "FinishedAfterInterruption" : note.Kind == OperationKind.Undo ? "Undone" : "Restored";
        if (note.InQuarantine)
            return RestoreText.Of(what + "WithQuarantine", note.Snapshot, note.QuarantineFolder);
        return RestoreText.Of(note.SafetySnapshot is null ? "RestoredToNothing" : what, note.Snapshot);
    }
}
