using BackupPortal.Core.Snapshots;

namespace BackupPortal.Core.Repository;

/// <summary>Makes a snapshot refer to where its pages and pieces are now: a new map, a new manifest, then its record in a higher revision.</summary>
internal sealed class SnapshotRewriter(SnapshotRepository repository, IRepositoryLease lease, PackRewriter packs)
{
    private readonly SealedDocument sealedDocuments = new(repository.Store, repository.Compression, repository.Cipher);
    private readonly SnapshotDocuments documents = new(repository);
    private (PageMap? Map, FileManifest? Manifest, SnapshotRecord? Record) before;

    /// <summary>
    /// Stores the new documents, decodes all of the snapshot by them, and publishes the record. Until then the old record counts, and nothing that it needs is
    /// touched. To be called for the older snapshots first.
    /// </summary>
    /// <exception cref="RepositoryException">The snapshot is not whole by its new documents; the old record still counts.</exception>
    public async Task RunAsync(SnapshotRecord record, CancellationToken cancellationToken)
    {
        var oldMap = await documents.ReadMapAsync(record, cancellationToken);
        var oldManifest = await documents.ReadManifestAsync(record, cancellationToken);
        var map = MovedMap(oldMap).InOrderOf(before.Map);
        var manifest = FileManifest.Of(
            CompactEntries.Of(oldManifest.Entries.Select(entry => entry with { Pieces = [.. entry.Pieces.Select(packs.Find)] })), before.Manifest ?? FileManifest.Empty);
        var (mapHash, mapDeltas) = await StoreAsync(
            RepositoryLayout.MapKey, map.ToBytes(), before.Record?.Database.MapHash, before.Record?.Deltas?.MapBytes, cancellationToken);
        var (manifestHash, manifestDeltas) = await StoreAsync(
            RepositoryLayout.ManifestKey, manifest.ToBytes(), before.Record?.Files.ManifestHash, before.Record?.Deltas?.ManifestBytes, cancellationToken);
        var moved = record with
        {
            Database = record.Database with { MapHash = mapHash },
            Files = record.Files with { ManifestHash = manifestHash },
            Deltas = new DocumentDeltas(mapDeltas, manifestDeltas),
            Revision = record.Revision + 1,
        };
        using (var mark = new RepositoryMark(repository))
        {
            await mark.AddAsync(moved, cancellationToken);
            moved = moved with { Packs = mark.PacksOf(moved) };
        }
        await ProveAsync(moved, cancellationToken);
        await RecordCommit.ReplaceAsync(repository, lease, moved);
        before = (map, manifest, moved);
    }

    private PageMap MovedMap(PageMap map)
    {
        var builder = new PageMapBuilder();
        long page = 0;
        foreach (var run in map.Runs)
        {
            for (long i = 0; i < run.PageCount; i++, page++)
            {
                if (run.IsZeros)
                    builder.AddZeros(page);
                else
                    builder.Add(page, packs.Find(new PagePlace(map.Packs[run.Pack], run.FirstSlot + i)));
            }
        }
        return builder.Build(map.PageSize);
    }

    private async Task<(string Hash, long DeltaBytes)> StoreAsync(
        Func<string, string> keyOf, ReadOnlyMemory<byte> bytes, string? previous, long? deltaBytes, CancellationToken cancellationToken)
    {
        var hash = await sealedDocuments.NameAsync(bytes, cancellationToken);
        var preceding = previous is null ? null : new PrecedingDocument(previous, deltaBytes ?? 0);
        return (hash, (await sealedDocuments.StoreAsync(keyOf(hash), hash, bytes, preceding, cancellationToken)).DeltaBytes);
    }

    private async Task ProveAsync(SnapshotRecord moved, CancellationToken cancellationToken)
    {
        var problems = await (await repository.OpenAsync(moved, cancellationToken)).VerifyAsync(null, cancellationToken);
        if (problems.Count > 0)
            throw RepositoryFault.ProofFailed(RepositoryLayout.SnapshotKey(moved.Id, moved.Revision), new InvalidDataException(problems[0]));
    }
}
