using System.Numerics;
using BackupPortal.Core.Messages;
using BackupPortal.Core.Sources;
using BackupPortal.Core.Storage;

namespace BackupPortal.Core.Repository;

/// <summary>Hashes pages, and finds out of each whether it is stored already, or what it is a newer version of. Safe for concurrent use.</summary>
/// <param name="now">Receives the pages' hashes.</param>
/// <param name="before">The hashes of the snapshot that is built on, and where its pages are; null for none.</param>
/// <param name="older">Reads older pages; null when no differences are to be stored.</param>
internal sealed class PageExaminer(IDatabasePages source, PageHashFile now, (PageHashFile Hashes, PreviousPages Pages)? before, FrameReader? older)
{
    private const int HashSize = RepositoryLayout.HashSize;

    private readonly int pageSize = source.PageSize;
    private readonly PageHashing hashing = new(source);

    /// <summary>Why differences could not be told, in English; null when they could.</summary>
    public string? Notice { get; private set; }

    /// <param name="batch">Belongs to the result.</param>
    public async Task<ExaminedPages> ExamineAsync(PageBatch batch, CancellationToken cancellationToken)
    {
        var count = batch.Pages.Length / pageSize;
        var pages = new ExaminedPages(batch, new PageState[count], new PagePlace[count], new PooledBytes(count * HashSize));
        try
        {
            if (Compare(pages) && older is not null && before is not null)
                await FindOlderAsync(pages, cancellationToken);
            return pages;
        }
        catch
        {
            pages.Dispose();
            throw;
        }
    }

    /// <returns>True when any page has changed.</returns>
    private bool Compare(ExaminedPages pages)
    {
        var (first, count) = (pages.Batch.FirstPage, pages.States.Length);
        using var known = new PooledBytes(count * HashSize);
        if (before is { } earlier)
            earlier.Hashes.Read(first, known.Span);
        var anyChanged = false;
        for (var i = 0; i < count; i++)
        {
            var hash = pages.Hashes.Span.Slice(i * HashSize, HashSize);
            var state = hashing.TryHash(pages.Batch.Pages.Span.Slice(i * pageSize, pageSize), first + i, hash) ? PageState.Whole : PageState.Zeros;
            if (state == PageState.Whole && before?.Pages is { } stored && hash.SequenceEqual(known.Span.Slice(i * HashSize, HashSize))
                && stored.Find(first + i) is { } place)
                (state, pages.Places[i]) = (PageState.Same, place);
            pages.States[i] = state;
            anyChanged |= state == PageState.Whole;
        }
        now.Write(first, pages.Hashes.Span);
        LowPriorityThreads.LetOthersRun();
        return anyChanged;
    }

    private async Task FindOlderAsync(ExaminedPages pages, CancellationToken cancellationToken)
    {
        for (var i = 0; i < pages.States.Length; i++)
        {
            if (pages.States[i] != PageState.Whole || before!.Value.Pages.FindBase(pages.Batch.FirstPage + i) is not { } place)
                continue;
            pages.Older ??= new PooledBytes(pages.Batch.Pages.Length);
            var olderPage = pages.Older.Memory.Slice(i * pageSize, pageSize);
            if (!await TryReadAsync(place, olderPage, cancellationToken) || !IsAlike(pages.Batch.Pages.Span.Slice(i * pageSize, pageSize), olderPage.Span))
                continue;
            (pages.States[i], pages.Places[i]) = (PageState.Difference, place);
        }
    }

    private async Task<bool> TryReadAsync(PagePlace place, Memory<byte> target, CancellationToken cancellationToken)
    {
        try
        {
            await older!.ReadWholePageAsync(place, target, cancellationToken);
            return true;
        }
        catch (PortalException e)
        {
            // A damaged repository must not keep a school from a new backup, which then needs nothing of what is damaged.
            Notice = $"{e.What} Pages are stored whole instead.";
            return false;
        }
    }

    /// <summary>A page that is hardly like the older one is stored whole: it would be a large difference each time from then on.</summary>
    private static bool IsAlike(ReadOnlySpan<byte> page, ReadOnlySpan<byte> older)
    {
        var different = 0;
        for (var i = 0; i < page.Length; i += Vector<byte>.Count)
            different -= Vector.Sum(Vector.AsVectorSByte(~Vector.Equals(new Vector<byte>(page[i..]), new Vector<byte>(older[i..]))));
        // Rows that moved within their page differ in every byte, and are alike all the same: only compressing them tells.
        return different * 2 <= page.Length || Compression.IsDifferenceSmall(page, older);
    }
}
