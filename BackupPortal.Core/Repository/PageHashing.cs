using System.Security.Cryptography;
using BackupPortal.Core.Sources;

namespace BackupPortal.Core.Repository;

/// <summary>Hashes single pages of a database, of which some hold nothing. Safe for concurrent use.</summary>
internal sealed class PageHashing(IDatabasePages source)
{
    private readonly byte[] zeroHash = SHA256.HashData(new byte[source.PageSize]);

    /// <returns>False when the page counts as one of zeros: SQLite never reads the page at the lock's offset, nor free ones; whatever they hold is noise.</returns>
    public bool TryHash(ReadOnlySpan<byte> page, long number, Span<byte> hash)
    {
        if (number * page.Length == SqliteLayout.LockPageOffset || source.FreePages.Contains(number) || !page.ContainsAnyExcept((byte)0))
        {
            zeroHash.CopyTo(hash);
            return false;
        }
        Sha256.Hash(page, hash);
        return true;
    }
}
