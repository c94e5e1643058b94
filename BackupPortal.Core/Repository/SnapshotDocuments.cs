using BackupPortal.Core.Snapshots;

namespace BackupPortal.Core.Repository;

/// <summary>Reads the documents that a record names, and checks that they are what it says.</summary>
internal sealed class SnapshotDocuments(SnapshotRepository repository)
{
    private readonly SealedDocument documents = new(repository.Store, repository.Compression, repository.Cipher);

    public async Task<PageMap> ReadMapAsync(SnapshotRecord record, CancellationToken cancellationToken)
    {
        var key = RepositoryLayout.MapKey(record.Database.MapHash);
        var bytes = await documents.ReadAsync(key, record.Database.MapHash, cancellationToken);
        var map = Parse(key, bytes, PageMap.Parse);
        if (map.PageCount > PageHashes.MaxPageCount)
            throw RepositoryFault.Damaged(key, "it has more pages than this program can check");
        return map.PageSize == record.Database.PageSize && map.PageCount == record.Database.PageCount
            ? map
            : throw RepositoryFault.Damaged(key, $"it does not fit the record of backup {record.Id}");
    }

    public async Task<FileManifest> ReadManifestAsync(SnapshotRecord record, CancellationToken cancellationToken)
    {
        var key = RepositoryLayout.ManifestKey(record.Files.ManifestHash);
        var bytes = await documents.ReadAsync(key, record.Files.ManifestHash, cancellationToken);
        var manifest = Parse(key, bytes, FileManifest.Parse);
        return ManifestFacts.Of(manifest.Entries, record.Files.ManifestHash) == record.Files
            ? manifest
            : throw RepositoryFault.Damaged(key, $"it does not fit the record of backup {record.Id}");
    }

    /// <summary>Tells each file's content, which takes far less than reading the manifest does.</summary>
    public async Task VisitContentsAsync(SnapshotRecord record, ContentVisitor visit, CancellationToken cancellationToken)
    {
        var key = RepositoryLayout.ManifestKey(record.Files.ManifestHash);
        var bytes = await documents.ReadAsync(key, record.Files.ManifestHash, cancellationToken);
        Parse(key, bytes, raw => ManifestContents.Visit(raw, visit));
    }

    private delegate T Parser<T>(ReadOnlySpan<byte> bytes);

    private static T Parse<T>(string key, byte[] bytes, Parser<T> parse)
    {
        try
        {
            return parse(bytes);
        }
        catch (InvalidDataException e)
        {
            throw RepositoryFault.Damaged(key, e.Message, e);
        }
    }
}
