using System.Security.Cryptography;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Storage;

namespace BackupPortal.Core.Repository;

/// <summary>Stores contents of files, each content once. Small ones share frames; large ones are cut into pieces. For one caller at a time.</summary>
/// <remarks>
/// Where a frame goes is known only when its pack is written. Until <see cref="Placed"/> is asked, a new piece has no pack, and its frame is a number of
/// this object's own.
/// </remarks>
/// <param name="known">Contents that are in the repository already, by hash; belongs to this object.</param>
internal sealed class ContentStoring(Dictionary<string, IReadOnlyList<FilePiece>> known, PackWriter packs) : IDisposable
{
    private const string NoPack = "";
    private const int NotYet = -1;

    private readonly HashSet<long> knownSizes = [.. known.Values.Select(pieces => pieces.Sum(piece => (long)piece.Length))];

    // The pack writer's number of each frame of this object.
    private readonly List<int> numbers = [];
    private PooledBytes? group;
    private int groupFrame;
    private int groupLength;

    public async Task<StoredContent> StoreAsync(Stream content, CancellationToken cancellationToken)
    {
        var first = await ReadPieceAsync(content, cancellationToken);
        return first.Length == RepositoryLayout.PieceSize
            ? await StoreLargeAsync(first, content, cancellationToken)
            : await StoreSmallAsync(first, cancellationToken);
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

    /// <summary>The piece where it really is; to be asked when all packs are finished.</summary>
    public FilePiece Placed(FilePiece piece)
    {
        if (piece.Pack != NoPack)
            return piece;
        var place = packs.Placed[numbers[piece.Frame]];
        return piece with { Pack = place.Pack, Frame = place.Frame };
    }

    public void Dispose() => group?.Dispose();

    private static async Task<PooledBytes> ReadPieceAsync(Stream content, CancellationToken cancellationToken)
    {
        var piece = new PooledBytes(RepositoryLayout.PieceSize);
        try
        {
            piece.Length = await content.ReadAtLeastAsync(piece.Memory, piece.Length, throwOnEndOfStream: false, cancellationToken);
            return piece;
        }
        catch
        {
            piece.Dispose();
            throw;
        }
    }

    private async Task<StoredContent> StoreSmallAsync(PooledBytes content, CancellationToken cancellationToken)
    {
        var length = content.Length;
        var hash = RepositoryLayout.Hex(SHA256.HashData(content.Span));
        if (length == 0 || known.TryGetValue(hash, out _) || length < RepositoryLayout.FrameSize)
        {
            using (content)
            {
                return length == 0 ? new StoredContent(0, hash, [], IsNew: false)
                    : known.TryGetValue(hash, out var pieces) ? new StoredContent(length, hash, pieces, IsNew: false)
                    : Remember(hash, length, [await AddToGroupAsync(content.Memory, cancellationToken)]);
            }
        }
        return Remember(hash, length, [await AddFrameAsync(content, cancellationToken)]);
    }

    private async Task<StoredContent> StoreLargeAsync(PooledBytes first, Stream content, CancellationToken cancellationToken)
    {
        using var whole = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        if (content.CanSeek && await FindLargeAsync(first, content, cancellationToken) is { } found)
        {
            first.Dispose();
            return found;
        }
        var pieces = new List<FilePiece>();
        long size = 0;
        for (var piece = first; ; piece = await ReadPieceAsync(content, cancellationToken))
        {
            if (piece.Length == 0)
            {
                piece.Dispose();
                break;
            }
            whole.AppendData(piece.Span);
            size += piece.Length;
            var isLast = piece.Length < RepositoryLayout.PieceSize;
            pieces.Add(await AddFrameAsync(piece, cancellationToken));
            if (isLast)
                break;
        }
        return Remember(RepositoryLayout.Hex(whole.GetHashAndReset()), size, pieces);
    }

    /// <summary>Hashes a large content first when one of its size is known. Leaves the stream where it was otherwise.</summary>
    private async Task<StoredContent?> FindLargeAsync(PooledBytes first, Stream content, CancellationToken cancellationToken)
    {
        var start = content.Position;
        var size = first.Length + content.Length - start;
        if (!knownSizes.Contains(size))
            return null;
        using var whole = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        whole.AppendData(first.Span);
        using var buffer = new PooledBytes(RepositoryLayout.PieceSize);
        long seen = first.Length;
        while (await content.ReadAsync(buffer.Memory, cancellationToken) is > 0 and var read)
        {
            whole.AppendData(buffer.Span[..read]);
            seen += read;
        }
        var hash = RepositoryLayout.Hex(whole.GetHashAndReset());
        if (known.TryGetValue(hash, out var pieces))
            return new StoredContent(seen, hash, pieces, IsNew: false);
        content.Position = start;
        return null;
    }

    private StoredContent Remember(string hash, long size, IReadOnlyList<FilePiece> pieces)
    {
        // A large content that turned out to be known is stored twice, which is waste but not wrong; the first stays.
        knownSizes.Add(size);
        return known.TryAdd(hash, pieces)
            ? new StoredContent(size, hash, pieces, IsNew: true)
            : new StoredContent(size, hash, known[hash], IsNew: false);
    }

    private async Task<FilePiece> AddFrameAsync(PooledBytes raw, CancellationToken cancellationToken)
    {
        var length = raw.Length;
        numbers.Add(await packs.AddAsync(RawFrame.OfFileData(raw), cancellationToken));
        return new FilePiece(NoPack, numbers.Count - 1, 0, length);
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
