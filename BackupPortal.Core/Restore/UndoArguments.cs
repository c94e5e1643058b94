using System.Text.Json;
using BackupPortal.Core.Operations;

namespace BackupPortal.Core.Restore;

/// <summary>What <see cref="OperationKind.Undo"/> is asked for: go back to right before a restore (or an undo, which is one too).</summary>
/// <param name="Restore">The restore's operation.</param>
/// <param name="CountdownSeconds">As in <see cref="RestoreArguments"/>.</param>
/// <param name="LiveIsDamaged">As in <see cref="RestoreArguments"/>.</param>
public sealed record UndoArguments(Guid Restore, int CountdownSeconds = 0, bool LiveIsDamaged = false)
{
    public static string ToJson(OperationId restore, int countdownSeconds = 0, bool liveIsDamaged = false) =>
        new UndoArguments(restore.Value, countdownSeconds, liveIsDamaged).ToJson();

    public static UndoArguments FromJson(string json) => JsonSerializer.Deserialize<UndoArguments>(json)!;

    public string ToJson() => JsonSerializer.Serialize(this);
}
