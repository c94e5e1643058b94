using BackupPortal.Core.Messages;
using BackupPortal.Core.Snapshots;

namespace BackupPortal.Core.Repository;

/// <summary>The page hashes of the snapshot that is built on: from the cache, or by decoding it.</summary>
internal static class PreviousHashes
{
    /// <returns>Null, with a notice that says why, when the snapshot is damaged; then every page is stored anew.</returns>
    public static async Task<(PageHashFile? Hashes, string? Notice)> FindAsync(
        SnapshotRepository repository, SnapshotRecord record, PageMap map, CancellationToken cancellationToken)
    {
        if (PageHashFile.Find(repository.CacheFolder, record.Database) is { } kept)
            return (kept, null);
        PageHashes hashes;
        try
        {
            using var shelf = new PackShelf(repository.Store, repository.Compression, repository.Cipher);
            hashes = await new DatabaseDecoding(map, new FrameReader(shelf), repository.CacheFolder).RunAsync(null, null, cancellationToken);
            if (hashes.Root() != record.Database.RootHash)
                throw RepositoryFault.DamagedDatabase(record.Id.Value, "its pages do not fit its root hash");
        }
        catch (PortalException e)
        {
            return (null, e.What.ToString());
        }
        var found = PageHashFile.Create(repository.CacheFolder);
        try
        {
            found.Write(0, hashes.All.Span);
            return (found, null);
        }
        catch
        {
            found.Dispose();
            throw;
        }
    }
}
