using System.Buffers.Binary;
using System.Security.Cryptography;
using BackupPortal.Core.Snapshots;

namespace BackupPortal.Core.Repository;

/// <summary>
/// Pages and pieces that some packs hold more than once, as a half done <see cref="PackMove"/> leaves them, and the one of each that is to stay in use. Found
/// by their hashes; whatever is built on it is proven by decoding it.
/// </summary>
internal sealed class RepeatedContent
{
    private readonly Dictionary<PagePlace, PagePlace> pages = [];
    private readonly Dictionary<FilePiece, FilePiece> pieces = [];

    private RepeatedContent(IReadOnlyDictionary<string, PackUse> uses) => Uses = uses;

    /// <summary>What of each pack is in use once everything refers to the ones that stay.</summary>
    public IReadOnlyDictionary<string, PackUse> Uses { get; private init; }

    /// <summary>Nothing was looked for, and nothing is taken for the same.</summary>
    public static RepeatedContent None(IReadOnlyDictionary<string, PackUse> uses) => new(uses);

    /// <param name="packs">Where to look; each of their frames that is in use is decoded.</param>
    /// <exception cref="RepositoryException">A frame is missing or damaged.</exception>
    public static async Task<RepeatedContent> FindAsync(
        IReadOnlyDictionary<string, PackUse> uses, IReadOnlySet<string> packs, PackShelf shelf, CancellationToken cancellationToken)
    {
        var looked = packs.Where(uses.ContainsKey).Order(StringComparer.Ordinal).Select(pack => uses[pack]).ToList();
        var left = uses.ToDictionary(StringComparer.Ordinal);
        foreach (var use in looked)
            left[use.Index.Pack] = new PackUse(use.Index);
        var found = new RepeatedContent(left);
        var frames = new FrameReader(shelf);
        var (firstPages, firstPieces) = (new Dictionary<UInt128, PagePlace>(), new Dictionary<UInt128, FilePiece>());
        // Whole pages first: a difference may be left for the whole page, but never the other way round.
        foreach (var isDelta in (bool[])[false, true])
        {
            foreach (var use in looked)
            {
                for (var frame = 0; frame < use.Index.Frames.Count; frame++)
                {
                    if (use.Index.Frames[frame].Codec == FrameCodec.ZstdDelta != isDelta)
                        continue;
                    if (use.Index.Frames[frame].Kind == FrameKind.Pages)
                        await found.AddPagesAsync(use, frame, frames, firstPages, cancellationToken);
                    else
                        await found.AddPiecesAsync(use, frame, frames, firstPieces, cancellationToken);
                }
            }
        }
        return found;
    }

    /// <summary>The place of this page's content that stays in use.</summary>
    public PagePlace OnlyOf(PagePlace page) => pages.GetValueOrDefault(page, page);

    /// <summary>The place of this piece's content that stays in use.</summary>
    public FilePiece OnlyOf(FilePiece piece) => pieces.GetValueOrDefault(piece, piece);

    private async Task AddPagesAsync(
        PackUse use, int frame, FrameReader frames, Dictionary<UInt128, PagePlace> firsts, CancellationToken cancellationToken)
    {
        var entry = use.Index.Frames[frame];
        var first = use.Index.FirstSlotOf(frame);
        var slots = Enumerable.Range((int)first, entry.PageCount).Where(slot => use.Pages[slot] || use.BasePages[slot]).ToList();
        if (slots.Count == 0)
            return;
        var hashes = new byte[entry.PageCount * RepositoryLayout.HashSize];
        (await frames.ReadAsync(use.Index, frame, hashes, cancellationToken)).Dispose();
        foreach (var slot in slots)
        {
            var place = new PagePlace(use.Index.Pack, slot);
            var hash = ShortOf(hashes.AsSpan((int)(slot - first) * RepositoryLayout.HashSize));
            if (!firsts.TryAdd(hash, place))
                pages[place] = firsts[hash];
            var only = OnlyOf(place);
            if (use.Pages[slot])
                Uses[only.Pack].AddPages(only.Slot, 1);
        }
    }

    private async Task AddPiecesAsync(
        PackUse use, int frame, FrameReader frames, Dictionary<UInt128, FilePiece> firsts, CancellationToken cancellationToken)
    {
        var used = use.Pieces.Where(piece => piece.Frame == frame).Order().ToList();
        if (used.Count == 0)
            return;
        using var raw = await frames.ReadAsync(use.Index, frame, default, cancellationToken);
        foreach (var (_, offset, length) in used)
        {
            var piece = new FilePiece(use.Index.Pack, frame, offset, length);
            var hash = ShortOf(SHA256.HashData(raw.Span.Slice(offset, length)));
            if (!firsts.TryAdd(hash, piece))
                pieces[piece] = firsts[hash];
            var only = OnlyOf(piece);
            Uses[only.Pack].AddPiece(only.Frame, only.Offset, only.Length);
        }
    }

    // Half of a SHA-256 is plenty to tell pages apart, and this is kept for each of them.
    private static UInt128 ShortOf(ReadOnlySpan<byte> hash) => BinaryPrimitives.ReadUInt128LittleEndian(hash);
}
