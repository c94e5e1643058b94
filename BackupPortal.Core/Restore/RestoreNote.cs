using System.Text.Json.Serialization;
using BackupPortal.Core.Maintenance;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Snapshots;

namespace BackupPortal.Core.Restore;

/// <summary>What the journal of a restore says.</summary>
/// <param name="Snapshot">What is restored.</param>
/// <param name="DatabasePlace">Folder on the live database's file system that keeps what is staged and what was live.</param>
/// <param name="FilesPlace">The same for files.</param>
internal sealed record RestoreNote(
    Guid Operation,
    OperationKind Kind,
    string Snapshot,
    string RequestedBy,
    string DatabasePath,
    string FilesPath,
    string DatabasePlace,
    string FilesPlace)
{
    public int Format { get; init; } = 1;

    public RestoreStep Step { get; init; }

    /// <summary>Short name of another tenant whose snapshot it is; null for the tenant's own.</summary>
    public string? From { get; init; }

    /// <summary>Somebody has confirmed that live data is damaged and goes to quarantine.</summary>
    public bool AcceptsDamage { get; init; }

    public DatabaseSwapNote? Swap { get; init; }

    /// <summary>Of the way back, once it has begun.</summary>
    public DatabaseSwapNote? Back { get; init; }

    /// <summary>When users were locked out for it.</summary>
    public DateTimeOffset? PausedUtc { get; init; }

    public TimeSpan? Downtime { get; init; }

    /// <summary>The maintenance mode that a person had set before; given back at the end.</summary>
    public NoticeFile? ManualNotice { get; init; }

    /// <summary>The live database right after the swap; while it looks the same, nobody has written. Null when nobody can tell any more.</summary>
    public string? LiveAfterSwap { get; init; }

    /// <summary>When the state that is kept as safety copy was taken.</summary>
    public DateTimeOffset? KeptUtc { get; init; }

    /// <summary>What the live database looked like when it was copied before users were locked out; null when it was not.</summary>
    public string? KeptEarlyAt { get; init; }

    /// <summary>Chosen before it is stored, so that a recovery can tell whether it was.</summary>
    public string? SafetySnapshot { get; init; }

    /// <summary>That what was live could not be made a snapshot and stays in quarantine.</summary>
    public bool InQuarantine { get; init; }

    /// <summary>Why live data goes back after the swap, for the log.</summary>
    public string? FailedCheck { get; init; }

    /// <summary>The snapshot of what somebody wrote after users were let in and before live data goes back; null when nobody did, or it could not be made.</summary>
    public string? KeptSince { get; init; }

    /// <summary>That raw files of what was live after the swap stay in quarantine when live data has gone back.</summary>
    public bool KeepsRaw { get; init; }

    /// <summary>Where raw files of live data stay that could not be made a snapshot; beside the place, so that it outlives it.</summary>
    [JsonIgnore]
    public string QuarantineFolder => Path.Combine(Path.GetDirectoryName(DatabasePlace)!, "quarantine");

    [JsonIgnore]
    public OperationId OperationId => new(Operation);

    [JsonIgnore]
    public SnapshotId SnapshotId => Snapshots.SnapshotId.Parse(Snapshot);
}
