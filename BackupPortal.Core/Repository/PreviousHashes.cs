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
        }
        catch (PortalException e)
        {
            return (null, e.What.ToString());
        }
        using (hashes)
        {
            return hashes.Root() == record.Database.RootHash
                ? (Copy(hashes, repository.CacheFolder), null)
                : (null, RepositoryFault.DamagedDatabase(record.Id.Value, "its pages do not fit its root hash").What.ToString());
        }
    }

    private static PageHashFile Copy(PageHashes hashes, string folder)
    {
        var copy = PageHashFile.Create(folder);
        try
        {
            hashes.ReadAll(copy.Write);
            return copy;
        }
        catch
        {
            copy.Dispose();
            throw;
        }
    }
}
