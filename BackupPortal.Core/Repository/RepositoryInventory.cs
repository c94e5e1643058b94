using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Storage;

namespace BackupPortal.Core.Repository;

/// <summary>Everything that is in a repository, by name. Immutable.</summary>
/// <param name="Content">Packs, maps and manifests, by key.</param>
/// <param name="Records">All records, also those that a higher revision has replaced, by key.</param>
/// <param name="Unknown">Keys in the repository's folders that no object of this format has; left alone.</param>
internal sealed record RepositoryInventory(
    IReadOnlyDictionary<string, StoredObject> Content, IReadOnlyDictionary<string, StoredObject> Records, IReadOnlyList<string> Unknown)
{
    /// <summary>The records that count, newest snapshot first.</summary>
    public IReadOnlyList<(SnapshotId Id, int Revision)> Snapshots { get; } =
    [
        .. Records.Keys.Select(key => RepositoryLayout.RecordOf(key)!.Value)
            .GroupBy(record => record.Id, (id, all) => (id, all.Max(one => one.Revision)))
            .OrderByDescending(record => record.id.Value, StringComparer.Ordinal),
    ];

    /// <summary>The records of a snapshot, in the order in which they may be deleted: the one that counts last.</summary>
    public IEnumerable<string> RecordsOf(SnapshotId id) =>
        Records.Keys.Where(key => RepositoryLayout.RecordOf(key)!.Value.Id == id).OrderBy(key => RepositoryLayout.RecordOf(key)!.Value.Revision);

    /// <summary>Records are listed last, so that what was stored for a new one in between is not taken for unreferenced.</summary>
    public static async Task<RepositoryInventory> ListAsync(IObjectStore store, CancellationToken cancellationToken)
    {
        var content = new Dictionary<string, StoredObject>(StringComparer.Ordinal);
        var records = new Dictionary<string, StoredObject>(StringComparer.Ordinal);
        var unknown = new List<string>();
        foreach (var folder in (string[])[RepositoryLayout.PacksFolder, RepositoryLayout.MapsFolder, RepositoryLayout.ManifestsFolder])
        {
            await foreach (var item in store.ListAsync(folder, cancellationToken))
            {
                if (RepositoryLayout.IsContent(item.Key))
                    content[item.Key] = item;
                else
                    unknown.Add(item.Key);
            }
        }
        await foreach (var item in store.ListAsync(RepositoryLayout.SnapshotsFolder, cancellationToken))
        {
            if (RepositoryLayout.RecordOf(item.Key) is not null)
                records[item.Key] = item;
            else
                unknown.Add(item.Key);
        }
        return new RepositoryInventory(content, records, [.. unknown.Order(StringComparer.Ordinal)]);
    }
}
