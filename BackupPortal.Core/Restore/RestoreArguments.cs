using System.Text.Json;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Snapshots;

namespace BackupPortal.Core.Restore;

/// <summary>What <see cref="OperationKind.Restore"/> is asked for.</summary>
/// <param name="AllowNewerSchema">Go on although the snapshot's <c>user_version</c> is newer than that of live data, which its application may not understand.</param>
public sealed record RestoreArguments(string Snapshot, bool AllowNewerSchema = false)
{
    public static string ToJson(SnapshotId snapshot, bool allowNewerSchema = false) =>
        JsonSerializer.Serialize(new RestoreArguments(snapshot.Value, allowNewerSchema));

    public static RestoreArguments FromJson(string json) => JsonSerializer.Deserialize<RestoreArguments>(json)!;
}
