using BackupPortal.Core.Messages;
using BackupPortal.Core.Snapshots;

namespace BackupPortal.Core.Import;

/// <summary>What came out of a file, in the scratch folder.</summary>
/// <param name="DatabaseFile">Not checked yet.</param>
/// <param name="FilesFolder">There, also when there are no files.</param>
/// <param name="Record">Of the backup that a local copy was made from; null for anything else.</param>
/// <param name="Notices">What the reader of the backup must know.</param>
internal sealed record UnpackedCopy(string DatabaseFile, string FilesFolder, SnapshotRecord? Record, IReadOnlyList<Message> Notices)
{
    /// <summary>Whether the database says that it is in WAL mode.</summary>
    public bool IsWal { get; init; }
}
