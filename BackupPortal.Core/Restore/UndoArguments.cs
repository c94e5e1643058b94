using System.Text.Json;
using BackupPortal.Core.Operations;

namespace BackupPortal.Core.Restore;

/// <summary>What <see cref="OperationKind.Undo"/> is asked for: go back to right before a restore (or an undo, which is one too).</summary>
/// <param name="Restore">The restore's operation.</param>
public sealed record UndoArguments(Guid Restore)
{
    public static string ToJson(OperationId restore) => JsonSerializer.Serialize(new UndoArguments(restore.Value));

    public static UndoArguments FromJson(string json) => JsonSerializer.Deserialize<UndoArguments>(json)!;
}
