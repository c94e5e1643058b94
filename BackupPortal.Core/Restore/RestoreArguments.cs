using System.Text.Json;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Snapshots;

namespace BackupPortal.Core.Restore;

/// <summary>What <see cref="OperationKind.Restore"/> is asked for.</summary>
/// <param name="AllowNewerSchema">Go on although the snapshot's <c>user_version</c> is newer than that of live data, which its application may not understand.</param>
/// <param name="CountdownSeconds">Announced to users before they are locked out; 0 to 600, 0 for at once.</param>
public sealed record RestoreArguments(string Snapshot, bool AllowNewerSchema = false, int CountdownSeconds = 0)
{
    public const int LongestCountdownSeconds = 600;

    public static string ToJson(SnapshotId snapshot, bool allowNewerSchema = false, int countdownSeconds = 0) =>
        JsonSerializer.Serialize(new RestoreArguments(snapshot.Value, allowNewerSchema, countdownSeconds));

    public static RestoreArguments FromJson(string json) => JsonSerializer.Deserialize<RestoreArguments>(json)!;
}
