using BackupPortal.Core.Messages;
using BackupPortal.Core.Snapshots;

namespace BackupPortal.Core.Export;

/// <summary>What an export gave.</summary>
/// <param name="Notices">What could not be taken over as it is.</param>
/// <param name="Sha256">Of the file as it was read back, lower-case hexadecimal; null when it was not.</param>
public sealed record ExportResult(SnapshotRecord Record, IReadOnlyList<Message> Notices, string? Sha256 = null);
