using BackupPortal.Core.Sources;
using BackupPortal.Core.Storage;

namespace BackupPortal.Core.Repository;

/// <summary>
/// A state of a database that is in no snapshot, for as long as it is looked at: its pages that differ from a snapshot's are in a scratch file, all others in the
/// repository. Safe for concurrent use.
/// </summary>
internal sealed class UnstoredPages : IPlacedPages, IDisposable
{
    // No pack has such a name.
    private const string Own = "unstored";
    private const int HashSize = RepositoryLayout.HashSize;
    private const int AsBefore = 0;
    private const int Zeros = -1;

    private readonly SnapshotPages? before;
    private readonly PageHashFile? beforeHashes;
    private readonly IDatabasePages source;
    private readonly ScratchFile file;
    private readonly PageHashing hashing;

    // Of each page AsBefore, Zeros, or its place in the scratch file, from 1 on.
    private readonly int[] places;
    private int stored;

    private UnstoredPages(IDatabasePages source, long pageCount, (SnapshotPages Pages, PageHashFile Hashes)? before, string scratchFolder)
    {
        this.source = source;
        this.before = before?.Pages;
        beforeHashes = before?.Hashes;
        file = new ScratchFile(scratchFolder);
        hashing = new PageHashing(source);
        places = new int[pageCount];
    }

    public int PageSize => source.PageSize;

    public long PageCount => places.Length;

    /// <summary>Reads the state once, on all cores.</summary>
    /// <param name="before">The snapshot that is most like it, and the hashes of its pages; null to keep every page.</param>
    /// <param name="scratchFolder">For what differs.</param>
    /// <param name="progress">Bytes read so far.</param>
    public static async Task<UnstoredPages> ReadAsync(
        IDatabasePages source,
        long pageCount,
        (SnapshotPages Pages, PageHashFile Hashes)? before,
        string scratchFolder,
        IProgress<long>? progress,
        CancellationToken cancellationToken)
    {
        var pages = new UnstoredPages(source, pageCount, before is { } found && found.Pages.PageSize == source.PageSize ? before : null, scratchFolder);
        try
        {
            await pages.ReadAllAsync(progress, cancellationToken);
            return pages;
        }
        catch
        {
            pages.Dispose();
            throw;
        }
    }

    public PagePlace? PlaceOf(long page)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((ulong)page, (ulong)PageCount, nameof(page));
        return places[page] switch
        {
            AsBefore => before!.PlaceOf(page),
            Zeros => null,
            var place => new PagePlace(Own, place - 1),
        };
    }

    public void Read(long page, Span<byte> target)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((ulong)page, (ulong)PageCount, nameof(page));
        switch (places[page])
        {
            case AsBefore:
                before!.Read(page, target);
                break;
            case Zeros:
                target.Clear();
                break;
            case var place:
                file.Read(target, (place - 1L) * PageSize);
                break;
        }
    }

    public void Dispose() => file.Dispose();

    private async Task ReadAllAsync(IProgress<long>? progress, CancellationToken cancellationToken)
    {
        long done = 0;
        await Parallel.ForEachAsync(source.ReadAsync(cancellationToken), cancellationToken, (batch, _) =>
        {
            using (batch)
                Take(batch);
            progress?.Report(Interlocked.Add(ref done, batch.Pages.Length));
            return ValueTask.CompletedTask;
        });
    }

    private void Take(PageBatch batch)
    {
        var count = batch.Pages.Length / PageSize;
        using var known = new PooledBytes(count * HashSize);
        if (beforeHashes is null)
            known.Span.Clear();
        else
            beforeHashes.Read(batch.FirstPage, known.Span);
        Span<byte> hash = stackalloc byte[HashSize];
        for (var i = 0; i < count; i++)
        {
            var number = batch.FirstPage + i;
            var page = batch.Pages.Span.Slice(i * PageSize, PageSize);
            var isStored = hashing.TryHash(page, number, hash);
            if (before is not null && number < before.PageCount && hash.SequenceEqual(known.Span.Slice(i * HashSize, HashSize)))
            {
                if (SqliteLayout.IsInterior(page, number))
                    before.Keep(number, page);
                continue;
            }
            places[number] = isStored ? Keep(page) : Zeros;
        }
    }

    private int Keep(ReadOnlySpan<byte> page)
    {
        var place = Interlocked.Increment(ref stored);
        file.Write(page, (place - 1L) * PageSize);
        return place;
    }
}
