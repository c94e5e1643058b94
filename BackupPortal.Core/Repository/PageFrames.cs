using System.Security.Cryptography;
using BackupPortal.Core.Storage;

namespace BackupPortal.Core.Repository;

/// <summary>Gathers changed pages into frames: whole ones, or differences to older whole pages. For one caller at a time.</summary>
internal sealed class PageFrames(PackWriter packs, int pageSize) : IPendingPages, IDisposable
{
    private readonly int pagesPerFrame = PagesPerFrame(pageSize);
    private readonly byte[] hashes = new byte[PagesPerFrame(pageSize) * RepositoryLayout.HashSize];

    // The pack writer's number of each frame; all but the last are full.
    private readonly List<int> numbers = [];
    private List<FrameBase> bases = [];
    private PooledBytes? pages;
    private PooledBytes? references;
    private int filled;

    private readonly HashSet<string> basePacks = new(StringComparer.Ordinal);

    /// <summary>Packs of the older pages that differences were told to.</summary>
    public IEnumerable<string> BasePacks => basePacks;

    /// <summary>Pages added so far.</summary>
    public long Count { get; private set; }

    private bool IsFull => filled == pagesPerFrame;

    /// <summary>Adds a page that is stored whole.</summary>
    public Task AddAsync(ReadOnlyMemory<byte> page, ReadOnlyMemory<byte> hash, CancellationToken cancellationToken)
    {
        pages ??= new PooledBytes(pagesPerFrame * pageSize);
        page.CopyTo(pages.Memory[(filled * pageSize)..]);
        hash.CopyTo(hashes.AsMemory(filled * RepositoryLayout.HashSize));
        filled++;
        Count++;
        return IsFull ? CloseAsync(cancellationToken) : Task.CompletedTask;
    }

    /// <summary>Adds a page that is stored as the difference to an older one.</summary>
    public Task AddAsync(
        ReadOnlyMemory<byte> page, ReadOnlyMemory<byte> hash, PagePlace older, ReadOnlyMemory<byte> olderPage, CancellationToken cancellationToken)
    {
        references ??= new PooledBytes(pagesPerFrame * pageSize);
        olderPage.CopyTo(references.Memory[(filled * pageSize)..]);
        if (bases.Count > 0 && bases[^1] is var last && last.Pack == older.Pack && last.Start + last.Length == older.Slot)
            bases[^1] = last with { Length = last.Length + 1 };
        else
        {
            bases.Add(new FrameBase(older.Pack, older.Slot, 0, 1));
            basePacks.Add(older.Pack);
        }
        return AddAsync(page, hash, cancellationToken);
    }

    /// <summary>Nothing is left waiting for a frame to fill when it ends.</summary>
    public async Task CloseAsync(CancellationToken cancellationToken)
    {
        if (pages is null)
            return;
        pages.Length = filled * pageSize;
        var reference = references is null ? null : new FrameReference(references, bases);
        if (references is not null)
            references.Length = pages.Length;
        var frame = new RawFrame(
            FrameKind.Pages, pages, filled, SHA256.HashData(hashes.AsSpan(0, filled * RepositoryLayout.HashSize)), reference);
        (pages, references, bases, filled) = (null, null, [], 0);
        numbers.Add(await packs.AddAsync(frame, cancellationToken));
    }

    public (PagePlace Place, long Count) PlaceOf(long slot, long atMost)
    {
        var within = slot % pagesPerFrame;
        var place = packs.Placed[numbers[(int)(slot / pagesPerFrame)]];
        return (new PagePlace(place.Pack, place.FirstSlot + within), Math.Min(atMost, place.PageCount - within));
    }

    public void Dispose()
    {
        pages?.Dispose();
        references?.Dispose();
    }

    private static int PagesPerFrame(int pageSize) => Math.Max(1, RepositoryLayout.PageFrameSize / pageSize);
}
