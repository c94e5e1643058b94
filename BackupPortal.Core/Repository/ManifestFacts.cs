using BackupPortal.Core.Snapshots;

namespace BackupPortal.Core.Repository;

/// <summary>What a record says of a manifest.</summary>
internal static class ManifestFacts
{
    public static FilesFacts Of(IReadOnlyCollection<FileEntry> entries, string hash) => new(
        hash, entries.Count(entry => entry.Kind == FileEntryKind.File), entries.Sum(entry => entry.Kind == FileEntryKind.File ? entry.SizeBytes : 0));
}
