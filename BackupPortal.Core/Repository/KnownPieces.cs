using BackupPortal.Core.Snapshots;

namespace BackupPortal.Core.Repository;

/// <summary>
/// Pieces of large contents that need not be stored again, by their hash: this writer's, and the newest snapshot's. Those are listed in the footers of
/// its packs, which are read only when a large content has to be stored. For one caller at a time.
/// </summary>
/// <param name="notice">Receives what could not be looked into, in English.</param>
internal sealed class KnownPieces(PackShelf shelf, PreviousSnapshot newest, Action<string> notice)
{
    private readonly Dictionary<ContentHash, FilePiece> pieces = [];
    private readonly HashSet<string> seen = new(newest.LostPacks, StringComparer.Ordinal);
    private bool sawAll;

    /// <summary>Reads the footers that a content may have pieces in.</summary>
    /// <param name="before">
    /// What had the same path in the newest snapshot: its own packs are enough. For anything else all packs with large contents are looked into.
    /// </param>
    public async Task LookIntoAsync(FileEntry? before, CancellationToken cancellationToken)
    {
        if (before is not null && IsLarge(before))
        {
            await LookIntoAsync([before], cancellationToken);
            return;
        }
        if (!sawAll)
            await LookIntoAsync(newest.Files, cancellationToken);
        sawAll = true;
    }

    public FilePiece? Find(ContentHash hash, int length) => pieces.TryGetValue(hash, out var piece) && piece.Length == length ? piece : null;

    public void Add(ContentHash hash, FilePiece piece) => pieces.TryAdd(hash, piece);

    private static bool IsLarge(FileEntry file) => file.SizeBytes >= RepositoryLayout.FrameSize;

    private async Task LookIntoAsync(IEnumerable<FileEntry> files, CancellationToken cancellationToken)
    {
        foreach (var pack in files.Where(IsLarge).SelectMany(file => file.Pieces).Select(piece => piece.Pack))
        {
            if (!seen.Add(pack))
                continue;
            try
            {
                Take(await shelf.GetAsync(pack, cancellationToken));
            }
            catch (RepositoryException e)
            {
                notice(e.What.ToString());
            }
        }
    }

    private void Take(PackIndex pack)
    {
        for (var frame = 0; frame < pack.Frames.Count; frame++)
        {
            var entry = pack.Frames[frame];
            if (entry.Kind == FrameKind.FileData && entry.RawLength >= ContentCutter.LeastSize)
                Add(ContentHash.Of(entry.Hash.Span), new FilePiece(pack.Pack, frame, 0, entry.RawLength));
        }
    }
}
