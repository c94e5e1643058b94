using System.Text.Json;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Snapshots;

namespace BackupPortal.Core.Restore;

/// <summary>What <see cref="OperationKind.Restore"/> is asked for.</summary>
public sealed record RestoreArguments(string Snapshot)
{
    public static string ToJson(SnapshotId snapshot) => JsonSerializer.Serialize(new RestoreArguments(snapshot.Value));

    public static RestoreArguments FromJson(string json) => JsonSerializer.Deserialize<RestoreArguments>(json)!;
}

/// <summary>What <see cref="OperationKind.Undo"/> is asked for: go back to right before a restore.</summary>
/// <param name="Restore">The restore's operation.</param>
public sealed record UndoArguments(Guid Restore)
{
    public static string ToJson(OperationId restore) => JsonSerializer.Serialize(new UndoArguments(restore.Value));

    public static UndoArguments FromJson(string json) => JsonSerializer.Deserialize<UndoArguments>(json)!;
}
