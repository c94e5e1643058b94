using System.Text.Json.Serialization;
using BackupPortal.Core.Snapshots;

namespace BackupPortal.Core.Restore;

/// <summary>What is to be done so that the files folder is as a snapshot has it: only what differs, in an order that works.</summary>
/// <param name="Others">Paths of files that have the snapshot's size and time, but are not known to have its content; null for none.</param>
internal sealed record RestorePlan(IReadOnlyList<FileChange> Changes, IReadOnlyList<string>? Others = null)
{
    /// <summary>Bytes of the files that must be staged.</summary>
    [JsonIgnore]
    public long BytesToStage => Changes.Where(change => change.Kind == FileChangeKind.Put).Sum(change => change.After!.SizeBytes);

    /// <param name="live">The files folder as it is.</param>
    /// <param name="wanted">As it is to be.</param>
    /// <param name="others">See <see cref="Others"/>.</param>
    /// <param name="earlier">A plan for the same snapshot, whose numbers go on meaning what they mean: what is staged for it is not staged again.</param>
    public static RestorePlan Make(
        IReadOnlyCollection<FileEntry> live, IReadOnlyCollection<FileEntry> wanted, IReadOnlyList<string>? others = null, RestorePlan? earlier = null)
    {
        var before = live.ToDictionary(entry => entry.Path, StringComparer.Ordinal);
        var after = wanted.ToDictionary(entry => entry.Path, StringComparer.Ordinal);
        var differing = (others ?? []).ToHashSet(StringComparer.Ordinal);
        var changes = Removals(before, after).Concat(NewFolders(before, after)).Concat(Puts(before, after, differing)).ToList();
        changes.AddRange(ChangedAttributes(before, after, changes));
        return new RestorePlan(Number(changes, earlier), others);
    }

    /// <summary>True when nothing has come to differ since <paramref name="earlier"/>, so that all of it is staged.</summary>
    public bool IsSameAs(RestorePlan earlier) => Changes.Count == earlier.Changes.Count && Changes.Zip(earlier.Changes).All(static pair =>
        pair.First.Kind == pair.Second.Kind && SameEntry(pair.First.Before, pair.Second.Before) && SameEntry(pair.First.After, pair.Second.After));

    /// <summary>What must be there again afterwards is the same: content as far as time and size tell, or a link's target.</summary>
    public static bool SameContent(FileEntry one, FileEntry other) => one.Kind == other.Kind && one.Kind switch
    {
        FileEntryKind.File => one.SizeBytes == other.SizeBytes && one.ModifiedUnixNanoseconds == other.ModifiedUnixNanoseconds,
        FileEntryKind.Link => one.LinkTarget == other.LinkTarget,
        _ => true,
    };

    // Children before their folder.
    private static IEnumerable<FileChange> Removals(Dictionary<string, FileEntry> before, Dictionary<string, FileEntry> after) =>
        from gone in before.Values
        where !(after.TryGetValue(gone.Path, out var wanted) && SameKindOfPlace(gone, wanted))
        orderby gone.Path descending
        select new FileChange(0, gone.Kind == FileEntryKind.Folder ? FileChangeKind.RemoveFolder : FileChangeKind.Remove, gone, null);

    // Folders before their children.
    private static IEnumerable<FileChange> NewFolders(Dictionary<string, FileEntry> before, Dictionary<string, FileEntry> after) =>
        from wanted in after.Values
        where wanted.Kind == FileEntryKind.Folder && before.GetValueOrDefault(wanted.Path)?.Kind != FileEntryKind.Folder
        orderby wanted.Path
        select new FileChange(0, FileChangeKind.AddFolder, null, wanted);

    private static IEnumerable<FileChange> Puts(Dictionary<string, FileEntry> before, Dictionary<string, FileEntry> after, HashSet<string> others) =>
        from wanted in after.Values
        let there = before.GetValueOrDefault(wanted.Path)
        where wanted.Kind != FileEntryKind.Folder && !(there is not null && SameContent(there, wanted) && !others.Contains(wanted.Path))
        orderby wanted.Path
        select new FileChange(0, FileChangeKind.Put, there is { Kind: FileEntryKind.Folder } ? null : there, wanted);

    // A folder's own time changes with what is done in it: last of all, and from the inside out.
    private static IEnumerable<FileChange> ChangedAttributes(
        Dictionary<string, FileEntry> before, Dictionary<string, FileEntry> after, List<FileChange> changes)
    {
        var touched = changes.Select(change => ParentOf(change.Path)).ToHashSet(StringComparer.Ordinal);
        var put = changes.Where(change => change.Kind == FileChangeKind.Put).Select(change => change.Path).ToHashSet(StringComparer.Ordinal);
        return
            from wanted in after.Values
            let there = before.GetValueOrDefault(wanted.Path)
            where wanted.Kind == FileEntryKind.Folder
                ? touched.Contains(wanted.Path) || there is null || !SameAttributes(there, wanted)
                : there is not null && SameContent(there, wanted) && !SameAttributes(there, wanted) && !put.Contains(wanted.Path)
            orderby wanted.Path descending
            select new FileChange(0, FileChangeKind.Attributes, there is not null && there.Kind == wanted.Kind ? there : null, wanted);
    }

    private static List<FileChange> Number(List<FileChange> changes, RestorePlan? earlier)
    {
        var known = (earlier?.Changes ?? []).Where(change => change.Kind == FileChangeKind.Put)
            .ToDictionary(change => change.Path, change => change.Number, StringComparer.Ordinal);
        var next = (earlier?.Changes.Select(change => change.Number).DefaultIfEmpty().Max() ?? 0) + 1;
        return [.. changes.Select(change => change with
        {
            Number = change.Kind == FileChangeKind.Put && known.TryGetValue(change.Path, out var number) ? number : next++,
        })];
    }

    private static bool SameKindOfPlace(FileEntry one, FileEntry other) =>
        (one.Kind == FileEntryKind.Folder) == (other.Kind == FileEntryKind.Folder);

    private static bool SameAttributes(FileEntry one, FileEntry other) => one.UserId == other.UserId && one.GroupId == other.GroupId
        && (one.Kind == FileEntryKind.Link || (one.Mode == other.Mode && one.ModifiedUnixNanoseconds == other.ModifiedUnixNanoseconds));

    // A list is equal to itself only, and the hash says what the pieces would.
    private static bool SameEntry(FileEntry? one, FileEntry? other) =>
        one is null || other is null ? one == other : one with { Pieces = other.Pieces } == other;

    private static string ParentOf(string path) => path.LastIndexOf('/') is > 0 and var at ? path[..at] : "";
}
