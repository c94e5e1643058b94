using BackupPortal.Core.Snapshots;

namespace BackupPortal.Core.Repository;

/// <summary>
/// What a restore relies on: paths are in order and each is there once, none leads out of the folder, and nothing lies below a file or a link. So a
/// manifest can never make a restore write anywhere else.
/// </summary>
internal static class ManifestRules
{
    // Longer than any file system allows, and short enough that paths which share their beginnings cannot add up to gigabytes.
    public const int MaxPathBytes = 32 * 1024;

    private static readonly string[] impossibleParts = ["", ".", ".."];

    /// <returns>What is wrong with it; null when it can be restored.</returns>
    public static string? FindProblem(IReadOnlyList<FileEntry> entries)
    {
        var notFolders = new HashSet<string>(StringComparer.Ordinal);
        var known = notFolders.GetAlternateLookup<ReadOnlySpan<char>>();
        string? before = null;
        foreach (var entry in entries)
        {
            if (before is not null && string.CompareOrdinal(before, entry.Path) >= 0)
                return "its paths are not in order";
            before = entry.Path;
            if (entry.Path.Contains('\0', StringComparison.Ordinal) || entry.Path.Split('/').Intersect(impossibleParts).Any())
                return "it has an impossible path";
            if (entry.Kind == FileEntryKind.Link && (string.IsNullOrEmpty(entry.LinkTarget) || entry.LinkTarget.Contains('\0', StringComparison.Ordinal)))
                return "it has an impossible link";
            for (var end = entry.Path.IndexOf('/', StringComparison.Ordinal); end >= 0; end = entry.Path.IndexOf('/', end + 1))
            {
                if (known.Contains(entry.Path.AsSpan(0, end)))
                    return "it has a path below a file or a link";
            }
            if (entry.Kind != FileEntryKind.Folder)
                notFolders.Add(entry.Path);
        }
        return null;
    }
}
