using BackupPortal.Core.Snapshots;

namespace BackupPortal.Core.Repository;

/// <summary>
/// What a restore relies on: paths are in order and each is there once, none leads out of the folder, and nothing lies below a file or a link. So a
/// manifest can never make a restore write anywhere else. To be asked for each entry in turn.
/// </summary>
internal sealed class ManifestRules
{
    // Longer than any file system allows, and short enough that paths which share their beginnings cannot add up to gigabytes.
    public const int MaxPathBytes = 32 * 1024;

    // Files and links that the path before begins with. All that begins with a path comes right after it, so that the others are done with.
    private readonly Stack<string> notFolders = new();
    private string? before;

    /// <returns>What is wrong with it; null when it can be restored.</returns>
    public string? FindProblem(FileEntry entry)
    {
        if (before is not null && string.CompareOrdinal(before, entry.Path) >= 0)
            return "its paths are not in order";
        before = entry.Path;
        if (IsImpossible(entry.Path))
            return "it has an impossible path";
        if (entry.Kind == FileEntryKind.Link && (string.IsNullOrEmpty(entry.LinkTarget) || entry.LinkTarget.Contains('\0', StringComparison.Ordinal)))
            return "it has an impossible link";
        while (notFolders.TryPeek(out var last) && !entry.Path.StartsWith(last, StringComparison.Ordinal))
            notFolders.Pop();
        foreach (var above in notFolders)
        {
            if (entry.Path[above.Length] == '/')
                return "it has a path below a file or a link";
        }
        if (entry.Kind != FileEntryKind.Folder)
            notFolders.Push(entry.Path);
        return null;
    }

    private static bool IsImpossible(ReadOnlySpan<char> path)
    {
        foreach (var part in path.Split('/'))
        {
            if (path[part] is "" or "." or "..")
                return true;
        }
        return path.Contains('\0');
    }
}
