using System.Security.Cryptography;
using System.Threading.Channels;

namespace BackupPortal.Core.Repository;

/// <summary>
/// Stores one database: chunks are read and hashed on all cores, put back in order here, and their changed pages gathered into frames, which the pack
/// writer compresses on all cores.
/// </summary>
/// <param name="packs">Has stored no other database.</param>
/// <param name="previous">The earlier state's pages; null when there is none to build on.</param>
internal sealed class DatabaseStoring(DatabaseScan scan, PreviousPages? previous, PackWriter packs)
{
    private readonly PageMapBuilder map = new();
    private PooledBytes? frame;
    private byte[] frameHashes = [];
    private int framePages;

    public long ChangedPages { get; private set; }

    /// <summary>All pages have their place when it ends, though packs may still be open.</summary>
    public async Task<PageMap> RunAsync(IProgress<long>? progress, CancellationToken cancellationToken)
    {
        frameHashes = new byte[scan.PagesPerChunk * RepositoryLayout.HashSize];
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var chunks = Channel.CreateBounded<Task<ScannedChunk>>(Math.Clamp(Environment.ProcessorCount * 2, 4, 16));
        var reading = ReadAllAsync(chunks.Writer, stop.Token);
        try
        {
            await foreach (var pending in chunks.Reader.ReadAllAsync(cancellationToken))
            {
                using var chunk = await pending;
                await TakeAsync(chunk, cancellationToken);
                progress?.Report((chunk.FirstPage + chunk.States.Length) * scan.PageSize);
            }
            await CloseFrameAsync(cancellationToken);
            await packs.SettleAsync(cancellationToken);
        }
        finally
        {
            await stop.CancelAsync();
            await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            // The scan's file must not be closed under a chunk that is still being read.
            while (chunks.Reader.TryRead(out var unused))
                await DiscardAsync(unused);
            frame?.Dispose();
        }
        var placed = packs.Placed.Where(place => place.PageCount > 0);
        return map.Build(scan.PageSize, [.. placed.Select(place => (place.Pack, place.FirstSlot, place.PageCount))]);
    }

    private async Task ReadAllAsync(ChannelWriter<Task<ScannedChunk>> chunks, CancellationToken cancellationToken)
    {
        try
        {
            for (long page = 0; page < scan.PageCount; page += scan.PagesPerChunk)
            {
                await chunks.WaitToWriteAsync(cancellationToken);
                var first = page;
                await chunks.WriteAsync(Task.Run(() => scan.Read(first), CancellationToken.None), CancellationToken.None);
            }
        }
        finally
        {
            chunks.Complete();
        }
    }

    private static async Task DiscardAsync(Task<ScannedChunk> unused)
    {
        await ((Task)unused).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (unused.IsCompletedSuccessfully)
            (await unused).Dispose();
    }

    private async Task TakeAsync(ScannedChunk chunk, CancellationToken cancellationToken)
    {
        for (var i = 0; i < chunk.States.Length; i++)
        {
            var page = chunk.FirstPage + i;
            if (chunk.States[i] == PageState.Zeros)
                map.Add(null, 0);
            else if (chunk.States[i] == PageState.Same && previous?.Find(page) is { } place)
                map.Add(place.Pack, place.Slot);
            else if (Append(chunk.Pages.Span.Slice(i * scan.PageSize, scan.PageSize), page))
                await CloseFrameAsync(cancellationToken);
        }
    }

    /// <returns>True when the frame is full.</returns>
    private bool Append(ReadOnlySpan<byte> page, long number)
    {
        frame ??= new PooledBytes(scan.PagesPerChunk * scan.PageSize);
        page.CopyTo(frame.Span[(framePages * scan.PageSize)..]);
        scan.Hashes.Of(number).CopyTo(frameHashes.AsSpan(framePages * RepositoryLayout.HashSize));
        map.AddPending();
        ChangedPages++;
        return ++framePages == scan.PagesPerChunk;
    }

    private async Task CloseFrameAsync(CancellationToken cancellationToken)
    {
        if (frame is null)
            return;
        var hash = SHA256.HashData(frameHashes.AsSpan(0, framePages * RepositoryLayout.HashSize));
        var (full, pages) = (frame, framePages);
        (frame, framePages) = (null, 0);
        full.Length = pages * scan.PageSize;
        await packs.AddAsync(FrameKind.Pages, full, pages, hash, cancellationToken);
    }
}
