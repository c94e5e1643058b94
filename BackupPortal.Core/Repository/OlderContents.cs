using BackupPortal.Core.Snapshots;

namespace BackupPortal.Core.Repository;

/// <summary>
/// Contents that snapshots before the newest have and the newest has not: what was deleted and is there again, for example. Manifests are read only when
/// there is a content that the newest does not know; of each content only a few bytes are kept. For one caller at a time.
/// </summary>
/// <param name="newest">Null when there is none, and so no older one.</param>
/// <param name="isKnown">Contents that are found without this.</param>
/// <param name="notice">Receives what could not be looked into, in English.</param>
internal sealed class OlderContents(SnapshotRepository repository, SnapshotRecord? newest, Func<ContentHash, bool> isKnown, Action<string> notice)
{
    private const int MostManifests = 100;
    private const int MostContents = 1_000_000;

    private readonly SnapshotDocuments documents = new(repository);
    private readonly List<SnapshotRecord> records = [];
    private readonly HashSet<long> largeSizes = [];
    private readonly Dictionary<string, bool> packs = new(StringComparer.Ordinal);
    private Dictionary<ulong, int>? recordOf;
    private (int Record, Dictionary<ContentHash, IReadOnlyList<FilePiece>> Contents)? open;

    /// <returns>Null when none has it, or its packs are gone.</returns>
    public async Task<IReadOnlyList<FilePiece>?> FindAsync(ContentHash hash, CancellationToken cancellationToken)
    {
        recordOf ??= await LookAsync(cancellationToken);
        if (!recordOf.TryGetValue(hash.First, out var record))
            return null;
        if (open?.Record != record)
            open = (record, await ReadAsync(records[record], cancellationToken));
        return open.Value.Contents.TryGetValue(hash, out var pieces) && await AreThereAsync(pieces, cancellationToken) ? pieces : null;
    }

    public async Task<bool> HasLargeAsync(long size, CancellationToken cancellationToken)
    {
        recordOf ??= await LookAsync(cancellationToken);
        return largeSizes.Contains(size);
    }

    private async Task<Dictionary<ulong, int>> LookAsync(CancellationToken cancellationToken)
    {
        var found = new Dictionary<ulong, int>();
        if (newest is null)
            return found;
        var manifests = new HashSet<string>(StringComparer.Ordinal) { newest.Files.ManifestHash };
        foreach (var id in await repository.ListAsync(cancellationToken))
        {
            if (records.Count == MostManifests || found.Count >= MostContents)
                break;
            if (string.CompareOrdinal(id.Value, newest.Id.Value) >= 0)
                continue;
            try
            {
                var record = await repository.ReadRecordAsync(id, cancellationToken);
                if (manifests.Add(record.Files.ManifestHash))
                    await TakeAsync(record, found, cancellationToken);
            }
            catch (RepositoryException e)
            {
                notice(e.What.ToString());
            }
        }
        return found;
    }

    private async Task TakeAsync(SnapshotRecord record, Dictionary<ulong, int> found, CancellationToken cancellationToken)
    {
        await documents.VisitContentsAsync(record, (hash, size) =>
        {
            var content = ContentHash.Of(hash);
            if (isKnown(content))
                return;
            found.TryAdd(content.First, records.Count);
            if (size >= RepositoryLayout.FrameSize)
                largeSizes.Add(size);
        }, cancellationToken);
        records.Add(record);
    }

    private async Task<Dictionary<ContentHash, IReadOnlyList<FilePiece>>> ReadAsync(SnapshotRecord record, CancellationToken cancellationToken)
    {
        var contents = new Dictionary<ContentHash, IReadOnlyList<FilePiece>>();
        foreach (var file in (await documents.ReadManifestAsync(record, cancellationToken)).Entries)
        {
            if (file.Hash is { } hash && file.Pieces.Count > 0 && !isKnown(hash))
                contents.TryAdd(hash, file.Pieces);
        }
        return contents;
    }

    private async Task<bool> AreThereAsync(IReadOnlyList<FilePiece> pieces, CancellationToken cancellationToken)
    {
        foreach (var pack in pieces.Select(piece => piece.Pack).Distinct(StringComparer.Ordinal))
        {
            if (!packs.TryGetValue(pack, out var isThere))
                packs[pack] = isThere = await repository.Store.FindAsync(RepositoryLayout.PackKey(pack), cancellationToken) is not null;
            if (!isThere)
                return false;
        }
        return true;
    }
}
