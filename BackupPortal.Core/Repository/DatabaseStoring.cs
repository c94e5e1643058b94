using System.Threading.Channels;
using BackupPortal.Core.Sources;

namespace BackupPortal.Core.Repository;

/// <summary>
/// Stores one database: batches of pages are examined on all cores, put back in order here, and their changed pages gathered into frames, which the
/// pack writer compresses on all cores. A bounded number of batches is under way at a time.
/// </summary>
/// <param name="packs">Has stored no other database.</param>
internal sealed class DatabaseStoring(IDatabasePages source, PageExaminer examiner, PackWriter packs) : IDisposable
{
    private readonly PageMapBuilder map = new();
    private readonly PageFrames whole = new(packs, source.PageSize);
    private readonly PageFrames differences = new(packs, source.PageSize);

    /// <summary>Pages that were stored.</summary>
    public long ChangedPages => whole.Count + differences.Count;

    /// <summary>Packs of the older pages that differences were told to.</summary>
    public IEnumerable<string> BasePacks => differences.BasePacks;

    /// <summary>All pages have their place when it ends, though packs may still be open.</summary>
    public async Task<PageMap> RunAsync(IProgress<long>? progress, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var batches = Channel.CreateBounded<Task<ExaminedPages>>(Math.Clamp(Environment.ProcessorCount * 2, 4, 16));
        var reading = ReadAllAsync(batches.Writer, stop.Token);
        try
        {
            long done = 0;
            await foreach (var pending in batches.Reader.ReadAllAsync(cancellationToken))
            {
                using var pages = await pending;
                await TakeAsync(pages, cancellationToken);
                progress?.Report(done += pages.Batch.Pages.Length);
            }
            await reading;
            await whole.CloseAsync(cancellationToken);
            await differences.CloseAsync(cancellationToken);
            await packs.SettleAsync(cancellationToken);
        }
        finally
        {
            await stop.CancelAsync();
            // The source must not be closed under a batch that is still being examined.
            await foreach (var unused in batches.Reader.ReadAllAsync(CancellationToken.None))
                await DiscardAsync(unused);
            await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        return map.Build(source.PageSize);
    }

    public void Dispose()
    {
        whole.Dispose();
        differences.Dispose();
    }

    private static async Task DiscardAsync(Task<ExaminedPages> unused)
    {
        await ((Task)unused).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (unused.IsCompletedSuccessfully)
            (await unused).Dispose();
    }

    private async Task ReadAllAsync(ChannelWriter<Task<ExaminedPages>> batches, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var batch in source.ReadAsync(cancellationToken))
            {
                var examined = LowPriorityThreads.Shared.Run(() => examiner.ExamineAsync(batch, cancellationToken));
                // Somebody always takes what was written, if only to discard it.
                await batches.WriteAsync(examined, CancellationToken.None);
            }
        }
        finally
        {
            batches.Complete();
        }
    }

    private async Task TakeAsync(ExaminedPages pages, CancellationToken cancellationToken)
    {
        for (var i = 0; i < pages.States.Length; i++)
        {
            var page = pages.Batch.FirstPage + i;
            switch (pages.States[i])
            {
                case PageState.Zeros:
                    map.AddZeros(page);
                    break;
                case PageState.Same:
                    map.Add(page, pages.Places[i]);
                    break;
                case PageState.Whole:
                    map.AddPending(page, whole, whole.Count);
                    await whole.AddAsync(PageOf(pages, i), HashOf(pages, i), cancellationToken);
                    break;
                case PageState.Difference:
                    map.AddPending(page, differences, differences.Count);
                    await differences.AddAsync(
                        PageOf(pages, i), HashOf(pages, i), pages.Places[i], pages.Older!.Memory.Slice(i * source.PageSize, source.PageSize),
                        cancellationToken);
                    break;
                default:
                    throw new InvalidOperationException($"A page cannot be {pages.States[i]}.");
            }
        }
    }

    private ReadOnlyMemory<byte> PageOf(ExaminedPages pages, int i) => pages.Batch.Pages.Memory.Slice(i * source.PageSize, source.PageSize);

    private static ReadOnlyMemory<byte> HashOf(ExaminedPages pages, int i) =>
        pages.Hashes.Memory.Slice(i * RepositoryLayout.HashSize, RepositoryLayout.HashSize);
}
