using System.Text.Json;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Snapshots;

namespace BackupPortal.Core.Backup;

/// <summary>What <see cref="OperationKind.Backup"/> is asked for.</summary>
public sealed record BackupArguments(SnapshotOrigin Origin, string? Note)
{
    public string ToJson() => JsonSerializer.Serialize(this, BackupJson.Default.BackupArguments);

    public static BackupArguments FromJson(string json) => JsonSerializer.Deserialize(json, BackupJson.Default.BackupArguments)!;
}
