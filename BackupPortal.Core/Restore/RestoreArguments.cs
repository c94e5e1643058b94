using System.Text.Json;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Snapshots;

namespace BackupPortal.Core.Restore;

/// <summary>What <see cref="OperationKind.Restore"/> is asked for.</summary>
/// <param name="AllowNewerSchema">Go on although the snapshot's <c>user_version</c> is newer than that of live data, which its application may not understand.</param>
/// <param name="CountdownSeconds">Announced to users before they are locked out; 0 to 600, 0 for at once.</param>
/// <param name="LiveIsDamaged">Go on although live data is too damaged for a safety copy: its raw files are kept for a while, and there is no undo.</param>
/// <param name="From">Short name of another tenant whose snapshot it is; only an operator may name one.</param>
public sealed record RestoreArguments(
    string Snapshot, bool AllowNewerSchema = false, int CountdownSeconds = 0, bool LiveIsDamaged = false, string? From = null)
{
    public const int LongestCountdownSeconds = 600;

    public static string ToJson(SnapshotId snapshot, bool allowNewerSchema = false, int countdownSeconds = 0, bool liveIsDamaged = false) =>
        new RestoreArguments(snapshot.Value, allowNewerSchema, countdownSeconds, liveIsDamaged).ToJson();

    public static RestoreArguments FromJson(string json) => JsonSerializer.Deserialize<RestoreArguments>(json)!;

    public string ToJson() => JsonSerializer.Serialize(this);
}
