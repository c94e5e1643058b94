using BackupPortal.Core.Snapshots;

namespace BackupPortal.Core.Repository;

/// <summary>What a new snapshot can build on. Whatever of it is missing or damaged is left out, so that the new snapshot stores it anew.</summary>
/// <param name="Map">Null when it cannot be read.</param>
/// <param name="Manifest">Empty when it cannot be read.</param>
/// <param name="Files">Without those whose packs are gone.</param>
/// <param name="Notices">What was left out, for the log, in English.</param>
internal sealed record PreviousSnapshot(
    SnapshotRecord? Record, PageMap? Map, FileManifest Manifest, CompactEntries Files, IReadOnlySet<string> LostPacks,
    IReadOnlyList<string> Notices)
{
    /// <summary>The newest snapshot that can be read, after which the next one comes, also where it is built on another one; null for none.</summary>
    public SnapshotId? Newest { get; private init; } = Record?.Id;

    /// <exception cref="RepositoryException">The newest snapshot was written by a newer version of this program.</exception>
    public static async Task<PreviousSnapshot> FindAsync(SnapshotRepository repository, CancellationToken cancellationToken)
    {
        var notices = new List<string>();
        foreach (var id in await repository.ListAsync(cancellationToken))
        {
            if (await TryAsync(() => repository.ReadRecordAsync(id, cancellationToken), notices) is not { } record)
                continue;
            var restored = await FindRestoredAsync(repository, id, notices, cancellationToken);
            return (await LoadAsync(repository, restored ?? record, notices, cancellationToken)) with { Newest = id };
        }
        return new PreviousSnapshot(null, null, FileManifest.Empty, FileManifest.Empty.Entries, new HashSet<string>(), notices);
    }

    // After a restore live data is like that one.
    private static async Task<SnapshotRecord?> FindRestoredAsync(
        SnapshotRepository repository, SnapshotId newest, List<string> notices, CancellationToken cancellationToken) =>
        RestoredBase.Find(repository.CacheFolder, newest) is { } restored
            ? await TryAsync(() => repository.ReadRecordAsync(restored, cancellationToken), notices)
            : null;

    private static async Task<PreviousSnapshot> LoadAsync(
        SnapshotRepository repository, SnapshotRecord record, List<string> notices, CancellationToken cancellationToken)
    {
        var documents = new SnapshotDocuments(repository);
        var map = await TryAsync(() => documents.ReadMapAsync(record, cancellationToken), notices);
        var manifest = await TryAsync(() => documents.ReadManifestAsync(record, cancellationToken), notices) ?? FileManifest.Empty;
        var lost = new HashSet<string>(StringComparer.Ordinal);
        foreach (var pack in record.Packs)
        {
            if (await repository.Store.FindAsync(RepositoryLayout.PackKey(pack), cancellationToken) is not null)
                continue;
            lost.Add(pack);
            notices.Add($"{RepositoryLayout.PackKey(pack)} is missing: what it held is stored again.");
        }
        var kept = manifest.Packs.Any(lost.Contains)
            ? CompactEntries.Of(manifest.Entries.Where(file => file.Pieces.All(piece => !lost.Contains(piece.Pack))))
            : manifest.Entries;
        return new PreviousSnapshot(record, map, manifest, kept, lost, notices);
    }

    private static async Task<T?> TryAsync<T>(Func<Task<T>> read, List<string> notices)
        where T : class
    {
        try
        {
            return await read();
        }
        catch (RepositoryException e) when (e.What.Key != RepositoryFault.NewerKey)
        {
            notices.Add(e.What.ToString());
            return null;
        }
    }
}
