using System.Buffers.Binary;
using BackupPortal.Core.Snapshots;

namespace BackupPortal.Core.Repository;

/// <summary>
/// The page hashes of the newest snapshot in a local file, so that the next backup need not decode it. Never trusted: what does not give the
/// snapshot's root hash is as good as missing.
/// </summary>
internal sealed class PageHashCache(string folder)
{
    private const int HeaderSize = 16;
    private const string FileName = "page-hashes";

    private static ReadOnlySpan<byte> Magic => "BPH1"u8;

    public async Task<PageHashes?> FindAsync(DatabaseFacts database, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder, FileName);
        var length = HeaderSize + (database.PageCount * RepositoryLayout.HashSize);
        try
        {
            await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0);
            if (file.Length != length)
                return null;
            var header = new byte[HeaderSize];
            await file.ReadExactlyAsync(header, cancellationToken);
            if (!header.AsSpan().SequenceEqual(Header(database.PageSize, database.PageCount)))
                return null;
            var hashes = new PageHashes(database.PageSize, database.PageCount);
            await file.ReadExactlyAsync(hashes.All, cancellationToken);
            return hashes.Root() == database.RootHash ? hashes : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Missing or unreadable: the hashes are found out by decoding instead.
            return null;
        }
    }

    /// <exception cref="IOException">The cache could not be written; whatever is there is the old one, or none.</exception>
    public async Task SaveAsync(PageHashes hashes, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        var temporary = Path.Combine(folder, $"{FileName}.{Guid.NewGuid():N}");
        try
        {
            await using (var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0))
            {
                await file.WriteAsync(Header(hashes.PageSize, hashes.PageCount), cancellationToken);
                await file.WriteAsync(hashes.All, cancellationToken);
            }
            File.Move(temporary, Path.Combine(folder, FileName), overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private static byte[] Header(int pageSize, long pageCount)
    {
        var header = new byte[HeaderSize];
        Magic.CopyTo(header);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(4), pageSize);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(8), pageCount);
        return header;
    }
}
