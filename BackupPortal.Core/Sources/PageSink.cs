using System.Runtime.CompilerServices;
using System.Threading.Channels;
using BackupPortal.Core.Storage;
using Microsoft.Win32.SafeHandles;

namespace BackupPortal.Core.Sources;

/// <summary>
/// The "file" that SQLite writes a copy to: its pages go on in batches, and nothing is kept. Written by one thread, read by another. The writer
/// waits while too much is under way, unless it is told to hurry; then the rest goes through a scratch file.
/// </summary>
/// <remarks>
/// SQLite writes each page of a copy once and in order, but for the first page, which it holds until the end. Anything else ends the copy with an error: a
/// page that has gone on cannot be taken back.
/// </remarks>
internal sealed class PageSink : IVirtualFile, IDisposable
{
    private const int BatchesUnderWay = 8;

    private readonly int pageSize;
    private readonly int pagesPerBatch;
    private readonly string spillFile;
    private readonly CancellationToken cancellationToken;
    private readonly SemaphoreSlim room = new(BatchesUnderWay);
    private readonly Channel<Delivery> delivered = Channel.CreateUnbounded<Delivery>(
        new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });

    private PooledBytes? firstPage;
    private PooledBytes? open;
    private long openPage = 1;
    private int filled;
    private SafeFileHandle? spill;
    private long spilled;

    /// <param name="spillFile">Does not exist; made when it is needed, and deleted with the sink.</param>
    public PageSink(int pageSize, string spillFile, CancellationToken cancellationToken)
    {
        this.pageSize = pageSize;
        this.spillFile = spillFile;
        this.cancellationToken = cancellationToken;
        pagesPerBatch = PageBatch.PagesOf(pageSize);
    }

    /// <summary>Why writing stopped; null as long as nothing went wrong.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Set to get the copy over with without waiting for whoever takes the pages.</summary>
    public bool IsHurried { get; set; }

    /// <summary>Bytes that went through the scratch file.</summary>
    public long SpilledBytes => spilled;

    /// <summary>Bytes of the file as SQLite sees it.</summary>
    public long Length { get; private set; }

    /// <summary>What was written is gone; SQLite only ever reads the empty beginning.</summary>
    public int TryRead(Span<byte> target, long offset) => offset >= Length ? 0 : -1;

    /// <summary>Takes whole pages. Nothing is thrown through SQLite's own code: a failure is kept and told.</summary>
    /// <returns>False when it could not.</returns>
    public bool TryWrite(ReadOnlySpan<byte> bytes, long offset)
    {
        try
        {
            if (Failure is not null)
                return false;
            if (offset % pageSize != 0 || bytes.Length != pageSize)
                throw new InvalidDataException($"SQLite wrote {bytes.Length} bytes at {offset}, which is no page of {pageSize}.");
            Length = Math.Max(Length, offset + bytes.Length);
            Take(bytes, offset / pageSize);
            return true;
        }
        catch (Exception e)
        {
            Failure = e;
            return false;
        }
    }

    /// <summary>Nothing more will be written.</summary>
    public void Complete()
    {
        Deliver();
        if (firstPage is { } page)
            delivered.Writer.TryWrite(new Delivery(new PageBatch(0, page), 0, 0, 0));
        firstPage = null;
        delivered.Writer.Complete();
    }

    /// <summary>Ends the reader's waiting with an error.</summary>
    public void Fail(Exception failure) => delivered.Writer.TryComplete(failure);

    public async IAsyncEnumerable<PageBatch> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var delivery in delivered.Reader.ReadAllAsync(cancellation))
        {
            if (delivery.Batch is not { } batch)
            {
                yield return await FromSpillAsync(delivery, cancellation);
                continue;
            }
            if (batch.FirstPage > 0)
                room.Release();
            yield return batch;
        }
    }

    public void Dispose()
    {
        firstPage?.Dispose();
        open?.Dispose();
        while (delivered.Reader.TryRead(out var unused))
            unused.Batch?.Dispose();
        room.Dispose();
        if (spill is null)
            return;
        spill.Dispose();
        File.Delete(spillFile);
    }

    private void Take(ReadOnlySpan<byte> page, long number)
    {
        if (number == 0)
        {
            page.CopyTo((firstPage ??= new PooledBytes(pageSize)).Span);
            return;
        }
        var next = openPage + filled;
        if (next * pageSize == SqliteLayout.LockPageOffset && number == next + 1)
            Take(new byte[pageSize], next++);
        if (number != next)
            throw new InvalidDataException($"SQLite wrote page {number} where {next} was to come.");
        open ??= new PooledBytes(pagesPerBatch * pageSize);
        page.CopyTo(open.Span[(filled * pageSize)..]);
        if (++filled == pagesPerBatch)
            Deliver();
    }

    private void Deliver()
    {
        if (open is not { } full)
            return;
        full.Length = filled * pageSize;
        if (spill is null && !IsHurried)
        {
            room.Wait(cancellationToken);
            delivered.Writer.TryWrite(new Delivery(new PageBatch(openPage, full), 0, 0, 0));
        }
        else
        {
            using (full)
                Spill(full);
        }
        openPage += filled;
        (open, filled) = (null, 0);
    }

    private void Spill(PooledBytes pages)
    {
        try
        {
            spill ??= File.OpenHandle(spillFile, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
            RandomAccess.Write(spill, pages.Span, spilled);
        }
        catch (IOException e) when (StorageFailure.IsFull(e))
        {
            throw ScratchSpace.Full(spillFile, pages.Length);
        }
        catch (Exception e) when (StorageFailure.IsFromFileSystem(e))
        {
            throw StorageFailure.From(e, spillFile);
        }
        delivered.Writer.TryWrite(new Delivery(null, openPage, spilled, pages.Length));
        spilled += pages.Length;
    }

    private async Task<PageBatch> FromSpillAsync(Delivery delivery, CancellationToken cancellation)
    {
        var pages = new PooledBytes(delivery.Length);
        try
        {
            for (var done = 0; done < pages.Length;)
            {
                var read = await RandomAccess.ReadAsync(spill!, pages.Memory[done..], delivery.Offset + done, cancellation);
                done += read > 0 ? read : throw new EndOfStreamException($"'{spillFile}' became shorter while it was read.");
            }
            return new PageBatch(delivery.FirstPage, pages);
        }
        catch
        {
            pages.Dispose();
            throw;
        }
    }

    /// <param name="Batch">Null when the pages are in the scratch file.</param>
    private readonly record struct Delivery(PageBatch? Batch, long FirstPage, long Offset, int Length);
}
