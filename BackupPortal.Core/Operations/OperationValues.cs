using BackupPortal.Core.Messages;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Core.Operations;

public readonly record struct OperationId(Guid Value)
{
    public static OperationId Create() => new(Guid.CreateVersion7());

    public override string ToString() => Value.ToString("N");
}

public enum OperationKind
{
    Backup,
    Restore,
    Undo,
    Verify,
    Prune,

    /// <summary>Brings a part of a snapshot back into live data.</summary>
    Retrieve,

    /// <summary>Makes a new tenant of a snapshot of another one.</summary>
    RestoreAsTenant,

    /// <summary>Writes a snapshot to a file in one of the formats.</summary>
    Export,

    /// <summary>Makes a snapshot of a file that came in from outside.</summary>
    Import,
}

public enum OperationState
{
    Queued,
    Running,
    Succeeded,
    Failed,
    Cancelled,

    /// <summary>The process that ran it ended; recovery has dealt with what it left.</summary>
    Interrupted,
}

public enum LogSeverity
{
    Information,
    Warning,
    Error,
}

/// <summary>One line of an operation's log, which stays.</summary>
public sealed record LogEntry(DateTimeOffset TimeUtc, LogSeverity Severity, Message Text);

/// <summary>How far an operation is. Immutable; the latest one wins.</summary>
/// <param name="Phase">The current phase, one of <see cref="OperationView.Phases"/>.</param>
/// <param name="DoneBytes">Within the phase.</param>
/// <param name="TotalBytes">Within the phase; 0 when unknown.</param>
/// <param name="Fraction">Of the whole operation, 0 to 1, never falling.</param>
/// <param name="TimeLeft">Estimate for the whole operation; null while there is none.</param>
/// <param name="Wait">What is left of a phase that only waits, a countdown; null in any other.</param>
public sealed record OperationProgress(
    OperationPhase Phase,
    long DoneBytes,
    long TotalBytes,
    double Fraction,
    long BytesPerSecond,
    TimeSpan? TimeLeft,
    TimeSpan? Wait = null);

/// <summary>The named steps that people see. Texts are in OperationsTexts.</summary>
public enum OperationPhase
{
    Waiting,
    Check,
    Snapshot,
    Files,
    Store,
    Verify,
    Finish,
    Unpack,
    Pause,
    Swap,
    CheckAfter,
    Resume,
    SafetyCopy,
    Prune,
    Write,
    Countdown,
}

/// <summary>What a finished operation gave.</summary>
/// <param name="Summary">One sentence: what happened and what it means for the data.</param>
/// <param name="Snapshot">The snapshot made (backup), restored (restore, undo) or looked at (verify).</param>
/// <param name="SafetySnapshot">The state right before a restore.</param>
/// <param name="Details">What else there is to tell, in the capability's own JSON.</param>
/// <param name="Downtime">How long ordinary users were kept out.</param>
public sealed record OperationOutcome(
    Message Summary,
    SnapshotId? Snapshot = null,
    SnapshotId? SafetySnapshot = null,
    TimeSpan? Downtime = null,
    long? SizeBytes = null,
    long? AddedBytes = null,
    string? Details = null);

/// <summary>An operation as it stands now; immutable.</summary>
/// <param name="Arguments">What the capability was asked for, in its own JSON.</param>
/// <param name="Hint">What to do about a failure.</param>
/// <param name="CanCancel">False once a commit or a swap has begun.</param>
public sealed record OperationView(
    OperationId Id,
    TenantId Tenant,
    OperationKind Kind,
    OperationState State,
    string Arguments,
    string RequestedBy,
    DateTimeOffset QueuedUtc,
    DateTimeOffset? StartedUtc,
    DateTimeOffset? EndedUtc,
    IReadOnlyList<OperationPhase> Phases,
    OperationProgress? Progress,
    OperationOutcome? Outcome,
    Message? Error,
    Message? Hint,
    bool CanCancel,
    bool Dismissed);
