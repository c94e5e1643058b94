using BackupPortal.Core.Messages;
using BackupPortal.Core.Snapshots;

namespace BackupPortal.Core.Export;

/// <summary>What an export gave.</summary>
/// <param name="Notices">What could not be taken over as it is.</param>
public sealed record ExportResult(SnapshotRecord Record, IReadOnlyList<Message> Notices);
