using System.Text.Json;
using BackupPortal.Components.Operations;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Verification;

namespace BackupPortal.Components.Backups;

/// <summary>Finds the check of a backup whose result is still the newest word on it. Pure.</summary>
internal static class CheckHistory
{
    /// <param name="operations">Of the backup's school, newest first.</param>
    /// <returns>Null when there is none, or the backup was checked after it in another way: by the command line, or with all others.</returns>
    public static OperationView? Latest(SnapshotSummary snapshot, IEnumerable<OperationView> operations)
    {
        var latest = operations.FirstOrDefault(view => view.Kind == OperationKind.Verify && view.IsOver() && Asked(view) == snapshot.Id.Value);
        return latest is { EndedUtc: { } ended } && !(snapshot.LastCheck?.AtUtc > ended) ? latest : null;
    }

    private static string? Asked(OperationView view)
    {
        try
        {
            return VerifyArguments.FromJson(view.Arguments).Snapshot;
        }
        catch (JsonException)
        {
            // What an older or newer program queued is no reason not to show the backup.
            return null;
        }
    }
}
