using BackupPortal.Core.Storage;

namespace BackupPortal.Core.Repository;

/// <summary>
/// Writes what is in use of some packs into new ones. A page that was stored as a difference becomes a whole one when nothing but it needs the older page; that
/// one is then left behind. For one caller, once.
/// </summary>
/// <param name="content">What is in use of all packs. Deltas of the packs that are written anew refer to each other, or to packs that stay.</param>
internal sealed class PackRewriter(
    SnapshotRepository repository, RepeatedContent content, DeltaUse deltas, IReadOnlySet<string> chosen, PackShelf shelf) : IAsyncDisposable
{
    private readonly IReadOnlyDictionary<string, PackUse> uses = content.Uses;
    private readonly PackWriter packs = new(repository.Store, repository.Compression, repository.Cipher);
    private readonly FrameReader frames = new(shelf);
    private readonly Dictionary<(int PageSize, bool IsDelta), PageFrames> streams = [];
    private readonly Dictionary<PagePlace, (PageFrames Stream, long Slot)> pages = [];
    private readonly Dictionary<(string Pack, int Frame), List<(int Offset, int Length, int Number, int NewOffset)>> runs = [];
    private PooledBytes? group;
    private List<(string Pack, int Frame, int Offset, int Length)> grouped = [];

    /// <summary>Bytes of the new packs.</summary>
    public long AddedBytes => packs.AddedBytes;

    /// <summary>Identifiers of the new packs.</summary>
    public IReadOnlyList<string> Packs => [.. packs.Placed.Select(frame => frame.Pack).Distinct(StringComparer.Ordinal)];

    /// <summary>Ends when all new packs are stored and proven. Nothing refers to them yet.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var old = chosen.Order(StringComparer.Ordinal).Where(uses.ContainsKey).Select(pack => uses[pack]).ToList();
        await MoveAsync(old, asDeltas: false, cancellationToken);
        await CloseAsync(cancellationToken);
        // Where the older pages are now has to be known before anything is told apart from them.
        await packs.SettleAsync(cancellationToken);
        await MoveAsync(old, asDeltas: true, cancellationToken);
        await CloseAsync(cancellationToken);
        await packs.FinishAsync(cancellationToken);
    }

    /// <summary>Where a page is now.</summary>
    public PagePlace Find(PagePlace page) =>
        pages.TryGetValue(content.OnlyOf(page), out var moved) ? moved.Stream.PlaceOf(moved.Slot, 1).Place : page;

    /// <summary>Where a run of bytes of file data is now.</summary>
    public Snapshots.FilePiece Find(Snapshots.FilePiece piece)
    {
        piece = content.OnlyOf(piece);
        if (!runs.TryGetValue((piece.Pack, piece.Frame), out var moved))
            return piece;
        var run = moved.Last(run => run.Offset <= piece.Offset);
        var place = packs.Placed[run.Number];
        return piece with { Pack = place.Pack, Frame = place.Frame, Offset = piece.Offset - run.Offset + run.NewOffset };
    }

    public async ValueTask DisposeAsync()
    {
        await packs.DisposeAsync();
        foreach (var stream in streams.Values)
            stream.Dispose();
        group?.Dispose();
    }

    private async Task MoveAsync(List<PackUse> old, bool asDeltas, CancellationToken cancellationToken)
    {
        foreach (var use in old)
        {
            for (var frame = 0; frame < use.Index.Frames.Count; frame++)
            {
                if (use.Index.Frames[frame].Kind == FrameKind.Pages)
                    await MovePagesAsync(use, frame, asDeltas, cancellationToken);
                else if (!asDeltas)
                    await MoveFileDataAsync(use, frame, cancellationToken);
            }
        }
    }

    private async Task MovePagesAsync(PackUse use, int frame, bool asDeltas, CancellationToken cancellationToken)
    {
        var entry = use.Index.Frames[frame];
        var first = use.Index.FirstSlotOf(frame);
        var moving = Enumerable.Range(0, entry.PageCount)
            .Where(i => IsNeeded(use, first + i) && StaysDelta(new PagePlace(use.Index.Pack, first + i)) == asDeltas).ToList();
        if (moving.Count == 0)
            return;
        var hashes = new byte[entry.PageCount * RepositoryLayout.HashSize];
        using var raw = await frames.ReadAsync(use.Index, frame, hashes, cancellationToken);
        var stream = StreamOf(entry.PageSize, asDeltas);
        foreach (var i in moving)
        {
            var place = new PagePlace(use.Index.Pack, first + i);
            pages[place] = (stream, stream.Count);
            var page = raw.Memory.Slice(i * entry.PageSize, entry.PageSize);
            var hash = hashes.AsMemory(i * RepositoryLayout.HashSize, RepositoryLayout.HashSize);
            if (asDeltas)
                await AddDeltaAsync(stream, place, page, hash, cancellationToken);
            else
                await stream.AddAsync(page, hash, cancellationToken);
        }
    }

    private async Task AddDeltaAsync(
        PageFrames stream, PagePlace place, ReadOnlyMemory<byte> page, ReadOnlyMemory<byte> hash, CancellationToken cancellationToken)
    {
        var older = deltas.BaseOf(place)!.Value;
        using var olderPage = new PooledBytes(page.Length);
        await frames.ReadWholePageAsync(older, olderPage.Memory, cancellationToken);
        await stream.AddAsync(page, hash, Find(older), olderPage.Memory, cancellationToken);
    }

    private bool IsNeeded(PackUse use, long slot) =>
        use.Pages[(int)slot] || deltas.DeltasOf(new PagePlace(use.Index.Pack, slot)) is var count && count > 0 && IsKeptFor(use, slot, count);

    // A whole page that no snapshot names is worth keeping only for several differences, or for one in a pack that stays.
    private static bool IsKeptFor(PackUse use, long slot, int count) => use.Pages[(int)slot] || count > 1;

    /// <summary>Whether a page stays a difference: when its older page is there anyway.</summary>
    private bool StaysDelta(PagePlace place)
    {
        if (!repository.Compression.CanStoreDifferences || deltas.BaseOf(place) is not { } older || !uses.TryGetValue(older.Pack, out var use))
            return false;
        return IsKeptFor(use, older.Slot, deltas.DeltasOf(older));
    }

    private async Task MoveFileDataAsync(PackUse use, int frame, CancellationToken cancellationToken)
    {
        var needed = use.RunsOf(frame, withBases: false);
        if (needed.Count == 0)
            return;
        using var raw = await frames.ReadAsync(use.Index, frame, default, cancellationToken);
        runs[(use.Index.Pack, frame)] = [];
        foreach (var (offset, length) in needed)
        {
            // A large file's piece is found again by its frame's hash, so that it keeps a frame of its own.
            var isPiece = length == raw.Length && length >= ContentCutter.LeastSize;
            if (!isPiece && length < RepositoryLayout.FrameSize)
            {
                await AddToGroupAsync((use.Index.Pack, frame, offset, length), raw.Memory.Slice(offset, length), cancellationToken);
                continue;
            }
            var whole = new PooledBytes(length);
            raw.Span.Slice(offset, length).CopyTo(whole.Span);
            var number = await packs.AddAsync(RawFrame.OfFileData(whole), cancellationToken);
            runs[(use.Index.Pack, frame)].Add((offset, length, number, 0));
        }
    }

    private async Task AddToGroupAsync(
        (string Pack, int Frame, int Offset, int Length) run, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        if (grouped.Sum(one => one.Length) + run.Length > RepositoryLayout.FrameSize)
            await CloseGroupAsync(cancellationToken);
        group ??= new PooledBytes(RepositoryLayout.FrameSize);
        bytes.CopyTo(group.Memory[grouped.Sum(one => one.Length)..]);
        grouped.Add(run);
    }

    private async Task CloseGroupAsync(CancellationToken cancellationToken)
    {
        if (group is null)
            return;
        var (full, parts) = (group, grouped);
        (group, grouped) = (null, []);
        full.Length = parts.Sum(part => part.Length);
        var number = await packs.AddAsync(RawFrame.OfFileData(full), cancellationToken);
        var at = 0;
        foreach (var (pack, frame, offset, length) in parts)
        {
            runs[(pack, frame)].Add((offset, length, number, at));
            runs[(pack, frame)].Sort();
            at += length;
        }
    }

    private async Task CloseAsync(CancellationToken cancellationToken)
    {
        foreach (var stream in streams.Values)
            await stream.CloseAsync(cancellationToken);
        await CloseGroupAsync(cancellationToken);
    }

    private PageFrames StreamOf(int pageSize, bool isDelta) =>
        streams.TryGetValue((pageSize, isDelta), out var stream) ? stream : streams[(pageSize, isDelta)] = new PageFrames(packs, pageSize);
}
