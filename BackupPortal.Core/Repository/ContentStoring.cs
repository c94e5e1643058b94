using System.Security.Cryptography;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Storage;

namespace BackupPortal.Core.Repository;

/// <summary>
/// Stores contents of files, each content once. Small ones share frames; large ones are cut into pieces, each stored once as well. For one caller at a time.
/// </summary>
/// <remarks>
/// Where a frame goes is known only when its pack is written. Until <see cref="Placed(CompactEntries)"/> is asked, a new piece has no pack, and its frame is a number of
/// this object's own.
/// </remarks>
internal sealed class ContentStoring(KnownContents known, KnownPieces knownPieces, PackWriter packs) : IDisposable
{
    private const string NoPack = "";
    private const int NotYet = -1;
    private const int BufferSize = 4 * ContentCutter.MostSize;

    // The pack writer's number of each frame of this object.
    private readonly List<int> numbers = [];

    // What has been read of a content and not dealt with is from begin to end.
    private readonly PooledBytes buffer = new(BufferSize);
    private int begin;
    private int end;

    private PooledBytes? group;
    private int groupFrame;
    private int groupLength;

    /// <param name="before">What had the same path in the newest snapshot, if anything: where pieces of it are likely to be.</param>
    public async Task<StoredContent> StoreAsync(Stream content, FileEntry? before, CancellationToken cancellationToken)
    {
        (begin, end) = (0, 0);
        await ReadAheadAsync(content, RepositoryLayout.FrameSize, cancellationToken);
        if (end < RepositoryLayout.FrameSize)
            return await StoreSmallAsync(buffer.Memory[..end], cancellationToken);
        return await FindLargeAsync(content, before, cancellationToken) ?? await StoreLargeAsync(content, before, cancellationToken);
    }

    /// <summary>Nothing is left waiting for a frame to fill when it ends.</summary>
    public async Task CloseAsync(CancellationToken cancellationToken)
    {
        if (group is not { } full)
            return;
        full.Length = groupLength;
        group = null;
        numbers[groupFrame] = await packs.AddAsync(RawFrame.OfFileData(full), cancellationToken);
    }

    /// <summary>The entries with their pieces where they really are; to be asked when all packs are finished.</summary>
    public CompactEntries Placed(CompactEntries entries) => entries.Packs.Contains(NoPack) ? CompactEntries.Of(entries.Select(Placed)) : entries;

    public void Dispose()
    {
        group?.Dispose();
        buffer.Dispose();
    }

    private FileEntry Placed(FileEntry entry) =>
        entry.Pieces.Any(piece => piece.Pack == NoPack) ? entry with { Pieces = [.. entry.Pieces.Select(Placed)] } : entry;

    private FilePiece Placed(FilePiece piece)
    {
        if (piece.Pack != NoPack)
            return piece;
        var place = packs.Placed[numbers[piece.Frame]];
        return piece with { Pack = place.Pack, Frame = place.Frame };
    }

    /// <summary>Makes at least so many bytes, or all that are left, available in the buffer.</summary>
    private async Task ReadAheadAsync(Stream content, int atLeast, CancellationToken cancellationToken)
    {
        if (end - begin >= atLeast)
            return;
        buffer.Span[begin..end].CopyTo(buffer.Span);
        (begin, end) = (0, end - begin);
        end += await content.ReadAtLeastAsync(buffer.Memory[end..], atLeast - end, throwOnEndOfStream: false, cancellationToken);
    }

    private async Task<StoredContent> StoreSmallAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var hash = ContentHash.Of(SHA256.HashData(content.Span));
        if (content.IsEmpty)
            return new StoredContent(0, hash.ToString(), [], IsNew: false);
        if (await known.FindAsync(hash, cancellationToken) is { } pieces)
            return new StoredContent(content.Length, hash.ToString(), pieces, IsNew: false);
        return Remember(hash, content.Length, [await AddToGroupAsync(content, cancellationToken)]);
    }

    /// <summary>
    /// Hashes a large content first when one of its size is known, since then it may be the same. Leaves the stream where it was otherwise. What has the
    /// size of what was there before is not hashed first: it probably changed, and its pieces tell as well.
    /// </summary>
    private async Task<StoredContent?> FindLargeAsync(Stream content, FileEntry? before, CancellationToken cancellationToken)
    {
        if (!content.CanSeek)
            return null;
        var start = content.Position;
        var size = end + content.Length - start;
        if (before?.SizeBytes == size || !await known.HasLargeAsync(size, cancellationToken))
            return null;
        using var whole = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        whole.AppendData(buffer.Span[..end]);
        long seen = end;
        while (await content.ReadAsync(buffer.Memory[end..], cancellationToken) is > 0 and var read)
        {
            whole.AppendData(buffer.Span.Slice(end, read));
            seen += read;
        }
        var hash = ContentHash.Of(whole.GetHashAndReset());
        if (await known.FindAsync(hash, cancellationToken) is { } pieces)
            return new StoredContent(seen, hash.ToString(), pieces, IsNew: false);
        content.Position = start;
        return null;
    }

    private async Task<StoredContent> StoreLargeAsync(Stream content, FileEntry? before, CancellationToken cancellationToken)
    {
        await knownPieces.LookIntoAsync(before, cancellationToken);
        using var whole = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var pieces = new List<FilePiece>();
        long size = 0;
        while (true)
        {
            await ReadAheadAsync(content, ContentCutter.Lookahead, cancellationToken);
            if (begin == end)
                break;
            var piece = buffer.Memory.Slice(begin, ContentCutter.NextLength(buffer.Span[begin..end]));
            var hashing = LowPriorityThreads.Shared.Run(() => SHA256.HashData(piece.Span));
            whole.AppendData(piece.Span);
            pieces.Add(await StorePieceAsync(piece, await hashing, cancellationToken));
            begin += piece.Length;
            size += piece.Length;
        }
        var hash = ContentHash.Of(whole.GetHashAndReset());
        return await known.FindAsync(hash, cancellationToken) is { } same
            ? new StoredContent(size, hash.ToString(), same, IsNew: false)
            : Remember(hash, size, pieces);
    }

    private async Task<FilePiece> StorePieceAsync(ReadOnlyMemory<byte> bytes, byte[] hash, CancellationToken cancellationToken)
    {
        var key = ContentHash.Of(hash);
        if (knownPieces.Find(key, bytes.Length) is { } there)
            return there;
        var raw = new PooledBytes(bytes.Length);
        bytes.CopyTo(raw.Memory);
        numbers.Add(await packs.AddAsync(RawFrame.OfFileData(raw, hash), cancellationToken));
        var piece = new FilePiece(NoPack, numbers.Count - 1, 0, bytes.Length);
        knownPieces.Add(key, piece);
        return piece;
    }

    private StoredContent Remember(ContentHash hash, long size, IReadOnlyList<FilePiece> pieces)
    {
        known.Add(hash, size, pieces);
        return new StoredContent(size, hash.ToString(), pieces, IsNew: true);
    }

    private async Task<FilePiece> AddToGroupAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        if (group is not null && groupLength + content.Length > RepositoryLayout.FrameSize)
            await CloseAsync(cancellationToken);
        if (group is null)
        {
            group = new PooledBytes(RepositoryLayout.FrameSize);
            groupFrame = numbers.Count;
            groupLength = 0;
            numbers.Add(NotYet);
        }
        content.CopyTo(group.Memory[groupLength..]);
        var piece = new FilePiece(NoPack, groupFrame, groupLength, content.Length);
        groupLength += content.Length;
        return piece;
    }
}
