using System.Security.Cryptography;
using BackupPortal.Core.Storage;

namespace BackupPortal.Core.Repository;

/// <summary>
/// The SHA-256 of each page of a database that is being decoded, in a scratch file, so that memory does not grow with the database. A page whose hash was
/// not set counts as one of zeros.
/// </summary>
internal sealed class PageHashes(string scratchFolder, int pageSize, long pageCount) : IDisposable
{
    /// <summary>What a damaged map can make a reader do is bounded by this: a quarter of a terabyte in pages of 4 KiB.</summary>
    public const long MaxPageCount = int.MaxValue / HashSize;

    private const int HashSize = RepositoryLayout.HashSize;
    private const int HashesPerRead = 4096;

    private readonly ScratchFile file = new(scratchFolder);
    private readonly byte[] zeroHash = SHA256.HashData(new byte[pageSize]);

    /// <summary>Hashes each page of a run.</summary>
    public static void Compute(ReadOnlySpan<byte> pages, int pageSize, Span<byte> hashes)
    {
        for (var i = 0; i < pages.Length / pageSize; i++)
            Sha256.Hash(pages.Slice(i * pageSize, pageSize), hashes.Slice(i * HashSize, HashSize));
    }

    /// <summary>Safe for concurrent use.</summary>
    public void Set(long firstPage, ReadOnlySpan<byte> hashes) => file.Write(hashes, firstPage * HashSize);

    /// <summary>All hashes in page order, some at a time.</summary>
    /// <param name="receive">Given the first page.</param>
    public void ReadAll(Action<long, ReadOnlySpan<byte>> receive)
    {
        using var buffer = new PooledBytes(HashesPerRead * HashSize);
        for (long page = 0; page < pageCount; page += HashesPerRead)
        {
            var hashes = buffer.Span[..(int)(Math.Min(HashesPerRead, pageCount - page) * HashSize)];
            file.Read(hashes, page * HashSize);
            SetZeros(hashes);
            receive(page, hashes);
        }
    }

    public string Root()
    {
        using var root = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        ReadAll((_, hashes) => root.AppendData(hashes));
        return RepositoryLayout.Hex(root.GetHashAndReset());
    }

    public void Dispose() => file.Dispose();

    private void SetZeros(Span<byte> hashes)
    {
        for (; hashes.Length > 0; hashes = hashes[HashSize..])
        {
            if (!hashes[..HashSize].ContainsAnyExcept((byte)0))
                zeroHash.CopyTo(hashes);
        }
    }
}
