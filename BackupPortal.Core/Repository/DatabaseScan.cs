using System.Buffers.Binary;
using System.Security.Cryptography;
using BackupPortal.Core.Messages;
using Microsoft.Win32.SafeHandles;

namespace BackupPortal.Core.Repository;

internal enum PageState : byte
{
    Same,
    Changed,
    Zeros,
}

/// <summary>Reads and hashes a closed database file in chunks, and finds what differs from the hashes of an earlier state. Safe for concurrent use.</summary>
internal sealed class DatabaseScan : IDisposable
{
    private const int PageSizeOffset = 16;

    // Databases of no pages have no page size either; this is SQLite's default.
    private const int DefaultPageSize = 4096;

    private readonly SafeFileHandle handle;
    private readonly byte[] zeroHash;
    private PageHashes hashes;

    /// <exception cref="RepositoryException">The file is not a whole SQLite database.</exception>
    public DatabaseScan(string file)
    {
        handle = File.OpenHandle(file, FileMode.Open, FileAccess.Read, FileShare.Read, FileOptions.SequentialScan);
        try
        {
            var length = RandomAccess.GetLength(handle);
            PageSize = length == 0 ? DefaultPageSize : ReadPageSize(file);
            if (length % PageSize != 0)
                throw NotADatabase(file, "its length is not a multiple of its page size");
            PageCount = length / PageSize;
        }
        catch
        {
            handle.Dispose();
            throw;
        }
        zeroHash = SHA256.HashData(new byte[PageSize]);
        hashes = new PageHashes(PageSize, PageCount);
    }

    public int PageSize { get; }

    public long PageCount { get; }

    public int PagesPerChunk => Math.Max(1, RepositoryLayout.FrameSize / PageSize);

    /// <summary>Of the earlier state until a chunk is read, then of this one.</summary>
    public PageHashes Hashes => hashes;

    /// <param name="earlier">Of the same page size; belongs to the scan from now on.</param>
    public void CompareWith(PageHashes earlier) => hashes = earlier.PageCount == PageCount ? earlier : earlier.Resized(PageCount);

    public void Dispose() => handle.Dispose();

    /// <summary>Reads the pages from <paramref name="firstPage"/> on, and says of each how it stands to the earlier state.</summary>
    public ScannedChunk Read(long firstPage)
    {
        var count = (int)Math.Min(PagesPerChunk, PageCount - firstPage);
        var chunk = new ScannedChunk(firstPage, new PooledBytes(count * PageSize), new PageState[count]);
        try
        {
            ReadExactly(chunk.Pages.Span, firstPage * PageSize);
            for (var i = 0; i < count; i++)
                chunk.States[i] = Examine(chunk.Pages.Span.Slice(i * PageSize, PageSize), firstPage + i);
            return chunk;
        }
        catch
        {
            chunk.Dispose();
            throw;
        }
    }

    private PageState Examine(Span<byte> page, long number)
    {
        // SQLite never reads this page; whatever the copy holds there is noise.
        var isZeros = number * PageSize == RepositoryLayout.LockPageOffset || !page.ContainsAnyExcept((byte)0);
        Span<byte> hash = stackalloc byte[RepositoryLayout.HashSize];
        if (isZeros)
            zeroHash.CopyTo(hash);
        else
            SHA256.HashData(page, hash);
        var known = hashes.Of(number);
        var isSame = hash.SequenceEqual(known);
        hash.CopyTo(known);
        return isZeros ? PageState.Zeros : isSame ? PageState.Same : PageState.Changed;
    }

    private int ReadPageSize(string file)
    {
        Span<byte> header = stackalloc byte[100];
        if (RandomAccess.Read(handle, header, 0) < header.Length || !header.StartsWith("SQLite format 3\0"u8))
            throw NotADatabase(file, "it does not begin as one");
        int size = BinaryPrimitives.ReadUInt16BigEndian(header[PageSizeOffset..]);
        if (size == 1)
            return 65536;
        return size >= 512 && (size & (size - 1)) == 0 ? size : throw NotADatabase(file, "its page size is impossible");
    }

    private void ReadExactly(Span<byte> buffer, long offset)
    {
        while (buffer.Length > 0)
        {
            var read = RandomAccess.Read(handle, buffer, offset);
            if (read == 0)
                throw new EndOfStreamException("The database copy became shorter while it was read.");
            buffer = buffer[read..];
            offset += read;
        }
    }

    private static RepositoryException NotADatabase(string file, string reason) =>
        new(new Message("Repository", "NotADatabase", file, reason));
}

/// <summary>A run of pages and how each stands to the earlier state.</summary>
internal sealed record ScannedChunk(long FirstPage, PooledBytes Pages, PageState[] States) : IDisposable
{
    public void Dispose() => Pages.Dispose();
}
