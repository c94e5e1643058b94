using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using BackupPortal.Core.Messages;
using BackupPortal.Core.Storage;
using Microsoft.Win32.SafeHandles;

namespace BackupPortal.Core.Sources;

/// <summary>The pages of a closed database file that nobody else has open: a scratch copy, or what was live until a swap.</summary>
internal sealed class DatabaseFilePages : IDatabasePages, IDisposable
{
    private const int PageSizeOffset = 16;

    // Databases of no pages have no page size either; this is SQLite's default.
    private const int DefaultPageSize = 4096;

    private readonly SafeFileHandle handle;

    /// <exception cref="PortalException">The file is not a whole SQLite database.</exception>
    public DatabaseFilePages(string file)
    {
        handle = File.OpenHandle(file, FileMode.Open, FileAccess.Read, FileShare.Read, FileOptions.SequentialScan);
        try
        {
            var length = RandomAccess.GetLength(handle);
            PageSize = length == 0 ? DefaultPageSize : ReadPageSize(file);
            if (length % PageSize != 0)
                throw NotADatabase(file, "its length is not a multiple of its page size");
            PageCount = length / PageSize;
            FreePages = FreePageList.Read(handle, PageSize, PageCount);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    public int PageSize { get; }

    public long PageCount { get; }

    public PageSet FreePages { get; }

    public async IAsyncEnumerable<PageBatch> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var perBatch = PageBatch.PagesOf(PageSize);
        for (long page = 0; page < PageCount; page += perBatch)
        {
            var batch = new PageBatch(page, new PooledBytes((int)Math.Min(perBatch, PageCount - page) * PageSize));
            try
            {
                await ReadExactlyAsync(batch.Pages.Memory, page * PageSize, cancellationToken);
            }
            catch
            {
                batch.Dispose();
                throw;
            }
            yield return batch;
        }
    }

    public void Dispose() => handle.Dispose();

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

    private async Task ReadExactlyAsync(Memory<byte> buffer, long offset, CancellationToken cancellationToken)
    {
        while (buffer.Length > 0)
        {
            var read = await RandomAccess.ReadAsync(handle, buffer, offset, cancellationToken);
            if (read == 0)
                throw new EndOfStreamException("The database copy became shorter while it was read.");
            buffer = buffer[read..];
            offset += read;
        }
    }

    private static PortalException NotADatabase(string file, string reason) => new(SourcesText.Of("NotAWholeDatabase", file, reason));
}
