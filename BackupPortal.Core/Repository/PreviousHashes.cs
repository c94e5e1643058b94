using BackupPortal.Core.Messages;
using BackupPortal.Core.Snapshots;

namespace BackupPortal.Core.Repository;

/// <summary>The page hashes of the snapshot that is built on: from the cache, or by decoding it.</summary>
internal static class PreviousHashes
{
    /// <returns>Null, with a notice that says why, when the snapshot is damaged; then every page is stored anew.</returns>
    public static async Task<(PageHashes? Hashes, string? Notice)> FindAsync(
        SnapshotRepository repository, SnapshotRecord record, PageMap map, CancellationToken cancellationToken)
    {
        if (await new PageHashCache(repository.CacheFolder).FindAsync(record.Database, cancellationToken) is { } cached)
            return (cached, null);
        try
        {
            using var shelf = new PackShelf(repository.Store, repository.Compression, repository.Cipher);
            var hashes = await new DatabaseDecoding(map, new FrameReader(shelf)).RunAsync(null, null, cancellationToken);
            return hashes.Root() == record.Database.RootHash
                ? (hashes, null)
                : throw RepositoryFault.DamagedDatabase(record.Id.Value, "its pages do not fit its root hash");
        }
        catch (PortalException e)
        {
            return (null, e.What.ToString());
        }
    }
}
