using System.Text.Json;
using BackupPortal.Core.Operations;

namespace BackupPortal.Core.Pruning;

/// <summary>What <see cref="OperationKind.Prune"/> is asked for. Without either of both nothing is given up, and only what no snapshot needs is cleared away.</summary>
/// <param name="Keep">Give up all but this many of the newest snapshots; null not to.</param>
/// <param name="Snapshots">Snapshots to give up: names or unique beginnings of names.</param>
public sealed record PruneArguments(int? Keep, IReadOnlyList<string> Snapshots)
{
    public string ToJson() => JsonSerializer.Serialize(this);

    public static PruneArguments FromJson(string json) => JsonSerializer.Deserialize<PruneArguments>(json)!;
}
