using System.Security.Cryptography;

namespace BackupPortal.Core.Repository;

/// <summary>The SHA-256 of each page of a database, back to back.</summary>
internal sealed class PageHashes(int pageSize, long pageCount)
{
    /// <summary>No more fit into memory in one piece: a quarter of a terabyte in pages of 4 KiB.</summary>
    public const long MaxPageCount = int.MaxValue / RepositoryLayout.HashSize;

    private readonly byte[] hashes = new byte[checked(pageCount * RepositoryLayout.HashSize)];

    public int PageSize { get; } = pageSize;

    public long PageCount { get; } = pageCount;

    public Memory<byte> All => hashes;

    public Span<byte> Of(long page, int count = 1) =>
        hashes.AsSpan(checked((int)(page * RepositoryLayout.HashSize)), count * RepositoryLayout.HashSize);

    public string Root() => RepositoryLayout.Hex(SHA256.HashData(hashes));

    /// <summary>The hashes of a database that has grown or shrunk; those that are new are zeros, which is no page's hash.</summary>
    public PageHashes Resized(long newPageCount)
    {
        var resized = new PageHashes(PageSize, newPageCount);
        hashes.AsSpan(0, Math.Min(hashes.Length, resized.hashes.Length)).CopyTo(resized.hashes);
        return resized;
    }

    /// <summary>Hashes each page of a run.</summary>
    public static void Compute(ReadOnlySpan<byte> pages, int pageSize, Span<byte> hashes)
    {
        for (var i = 0; i < pages.Length / pageSize; i++)
            Sha256.Hash(pages.Slice(i * pageSize, pageSize), hashes.Slice(i * RepositoryLayout.HashSize, RepositoryLayout.HashSize));
    }
}
