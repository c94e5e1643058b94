using System.Text.Json;
using System.Text.Json.Serialization;
using BackupPortal.Core.Messages;
using BackupPortal.Core.Repository;
using BackupPortal.Core.Snapshots;

namespace BackupPortal.Core.Pruning;

/// <summary>What a prune is going to do. Immutable.</summary>
/// <param name="GiveUp">Snapshots that are deleted, newest first.</param>
/// <param name="Held">Snapshots that the wish would give up, and that stay all the same.</param>
/// <param name="Kept">How many snapshots are there afterwards.</param>
/// <param name="Delete">What has been unreferenced for long enough and is deleted now.</param>
/// <param name="Wait">What nothing needs (any more), and what is deleted by a later prune.</param>
/// <param name="NextUtc">When the first of what waits may be deleted; null when nothing does.</param>
/// <param name="Repack">Packs that are written anew because too little of them is in use.</param>
/// <param name="Unknown">Keys of objects in the repository that no version of this format has; they are left alone.</param>
public sealed record PrunePlan(
    IReadOnlyList<SnapshotId> GiveUp,
    IReadOnlyList<HeldSnapshot> Held,
    int Kept,
    PruneAmount Delete,
    PruneAmount Wait,
    DateTimeOffset? NextUtc,
    RepackAmount Repack,
    IReadOnlyList<string> Unknown)
{
    private static readonly JsonSerializerOptions options = new() { Converters = { new SnapshotIdJson(), new JsonStringEnumConverter() } };

    /// <summary>For keeping; see <see cref="FromJson"/>.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, options);

    public static PrunePlan FromJson(string json) => JsonSerializer.Deserialize<PrunePlan>(json, options)!;
}

public sealed record HeldSnapshot(SnapshotId Snapshot, HoldReason Why)
{
    /// <summary>Why it stays, as a sentence.</summary>
    [JsonIgnore]
    public Message Text => new("Pruning", $"Held{Why}", Snapshot.Value);
}

/// <summary>Why a snapshot cannot be given up.</summary>
public enum HoldReason
{
    /// <summary>It is the safety snapshot of a restore that can still be undone.</summary>
    Undo,

    /// <summary>A restore that is not over depends on it.</summary>
    Restore,

    /// <summary>No other good one would be left.</summary>
    LastGood,
}

/// <param name="Documents">Maps, manifests and records.</param>
public sealed record PruneAmount(int Packs, int Documents, long SizeBytes)
{
    public static PruneAmount None { get; } = new(0, 0, 0);

    [JsonIgnore]
    public bool IsNone => Packs + Documents == 0;
}

/// <param name="SizeBytes">Of the packs that are replaced.</param>
/// <param name="SavedBytes">How much smaller what replaces them is: an estimate in a plan, exact in a result.</param>
public sealed record RepackAmount(int Packs, long SizeBytes, long SavedBytes)
{
    public static RepackAmount None { get; } = new(0, 0, 0);
}
