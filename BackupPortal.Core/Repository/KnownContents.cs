using BackupPortal.Core.Snapshots;

namespace BackupPortal.Core.Repository;

/// <summary>Contents that need not be stored again: the newest snapshot's, this writer's, and those of older snapshots. For one caller at a time.</summary>
/// <param name="notice">Receives what could not be looked into, in English.</param>
internal sealed class KnownContents(SnapshotRepository repository, PreviousSnapshot newest, Action<string> notice)
{
    private readonly Dictionary<ContentHash, IReadOnlyList<FilePiece>> stored = [];
    private readonly HashSet<long> largeSizes = [];
    private OlderContents? older;

    // Where in the newest snapshot's files a content is. Only made when there is something to store.
    private Dictionary<ContentHash, int>? kept;

    /// <returns>Null when no snapshot has such a content.</returns>
    public async Task<IReadOnlyList<FilePiece>?> FindAsync(ContentHash hash, CancellationToken cancellationToken)
    {
        if (stored.TryGetValue(hash, out var pieces))
            return pieces;
        return Kept.TryGetValue(hash, out var file) ? newest.Files[file].Pieces : await Older.FindAsync(hash, cancellationToken);
    }

    /// <summary>Whether a large content of that size is known, so that hashing one before storing it may pay.</summary>
    public async Task<bool> HasLargeAsync(long size, CancellationToken cancellationToken)
    {
        kept ??= Look();
        return largeSizes.Contains(size) || await Older.HasLargeAsync(size, cancellationToken);
    }

    public void Add(ContentHash hash, long size, IReadOnlyList<FilePiece> pieces)
    {
        stored.TryAdd(hash, pieces);
        NoteSize(size);
    }

    private Dictionary<ContentHash, int> Kept => kept ??= Look();

    private OlderContents Older => older ??= new OlderContents(repository, newest.Record, hash => stored.ContainsKey(hash) || Kept.ContainsKey(hash), notice);

    private Dictionary<ContentHash, int> Look()
    {
        var found = new Dictionary<ContentHash, int>(newest.Files.FileCount);
        var number = 0;
        foreach (var file in newest.Files)
        {
            if (file.Hash is { } hash && file.Pieces.Count > 0)
            {
                found.TryAdd(hash, number);
                NoteSize(file.SizeBytes);
            }
            number++;
        }
        return found;
    }

    private void NoteSize(long size)
    {
        if (size >= RepositoryLayout.FrameSize)
            largeSizes.Add(size);
    }
}
