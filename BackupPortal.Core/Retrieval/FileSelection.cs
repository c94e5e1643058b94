using BackupPortal.Core.Restore;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Sources;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Core.Retrieval;

/// <summary>Which of a snapshot's files are to come back into the files folder, and what that takes.</summary>
/// <param name="Plan">Adds and replaces; removes nothing.</param>
internal sealed record FileSelection(RestorePlan Plan, RetrievedFiles Count, IReadOnlyList<RetrievalConflict> Conflicts)
{
    /// <param name="snapshot">The snapshot's entries.</param>
    /// <param name="place">What else is not part of the files folder.</param>
    /// <exception cref="Messages.PortalException">A path is not in the snapshot.</exception>
    public static FileSelection Of(Tenant tenant, IReadOnlyList<FileEntry> snapshot, RetrievalArguments wanted, string? place, CancellationToken cancellationToken)
    {
        IReadOnlyCollection<string> exclude = [tenant.DatabasePath, .. place is null ? Array.Empty<string>() : [place]];
        var live = FileTree.Scan(tenant.FilesPath, exclude, notice: null, cancellationToken).ToDictionary(entry => entry.Path, StringComparer.Ordinal);
        var before = live.Values.ToList();
        var kept = snapshot.ToDictionary(entry => entry.Path, StringComparer.Ordinal);
        var ofDatabase = LiveDatabaseFiles.Of(tenant.DatabasePath).Select(path => Path.GetRelativePath(tenant.FilesPath, path).Replace(Path.DirectorySeparatorChar, '/')).ToHashSet(StringComparer.Ordinal);
        foreach (var path in wanted.Files.Select(Trim).Where(path => path.Length > 0 && !snapshot.Any(entry => IsAtOrBelow(entry.Path, path))))
            throw RetrievalText.Refusal("NoFile", "NoFileHint", null, path);

        var (added, replaced, left, conflicts) = (0L, 0L, 0L, new List<RetrievalConflict>());
        foreach (var entry in snapshot.Where(entry => entry.Kind != FileEntryKind.Folder && !ofDatabase.Contains(entry.Path) && IsWanted(entry.Path, wanted)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (BlockedBy(entry.Path, live) is { } blocking)
                conflicts.Add(new RetrievalConflict("", entry.Path, RetrievalConflictReason.Taken, blocking));
            else if (!live.TryGetValue(entry.Path, out var there))
            {
                added++;
                Add(entry, live, kept);
            }
            else if (!RestorePlan.SameContent(there, entry))
            {
                if (wanted.ReplaceChanged)
                    live[entry.Path] = entry;
                (replaced, left) = wanted.ReplaceChanged ? (replaced + 1, left) : (replaced, left + 1);
            }
        }
        return new FileSelection(RestorePlan.Make(before, live.Values), new RetrievedFiles(added, replaced, left, conflicts.Count), conflicts);
    }

    private static bool IsWanted(string path, RetrievalArguments wanted) =>
        wanted.Files.Any(one => IsAtOrBelow(path, Trim(one))) && (wanted.Search is not { } text || path.Contains(text, StringComparison.OrdinalIgnoreCase));

    private static bool IsAtOrBelow(string path, string wanted) =>
        wanted.Length == 0 || path == wanted || path.StartsWith(wanted + "/", StringComparison.Ordinal);

    private static string Trim(string path) => path.Trim('/');

    /// <summary>A folder in the file's place, or a file in the place of a folder above it.</summary>
    private static string? BlockedBy(string path, Dictionary<string, FileEntry> live) =>
        live.TryGetValue(path, out var there) && there.Kind == FileEntryKind.Folder ? path
            : Above(path).FirstOrDefault(folder => live.TryGetValue(folder, out var place) && place.Kind != FileEntryKind.Folder);

    private static void Add(FileEntry entry, Dictionary<string, FileEntry> live, Dictionary<string, FileEntry> kept)
    {
        live[entry.Path] = entry;
        foreach (var folder in Above(entry.Path).Where(folder => !live.ContainsKey(folder)))
            live[folder] = kept[folder];
    }

    private static IEnumerable<string> Above(string path)
    {
        for (var at = path.LastIndexOf('/'); at > 0; at = path.LastIndexOf('/', at - 1))
            yield return path[..at];
    }
}
