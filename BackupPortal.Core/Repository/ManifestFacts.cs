using BackupPortal.Core.Snapshots;

namespace BackupPortal.Core.Repository;

/// <summary>What a record says of a manifest.</summary>
internal static class ManifestFacts
{
    public static FilesFacts Of(CompactEntries entries, string hash) => new(hash, entries.FileCount, entries.FileBytes);
}
