using BackupPortal.Core.Messages;

namespace BackupPortal.Core.Operations;

/// <summary>An <see cref="OperationOutcome"/> as the catalog has it.</summary>
internal sealed record KeptOutcome(
    Message Summary, string? Snapshot, string? SafetySnapshot, TimeSpan? Downtime, long? SizeBytes, long? AddedBytes, string? Details = null);
