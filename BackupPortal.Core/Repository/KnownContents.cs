using BackupPortal.Core.Snapshots;

namespace BackupPortal.Core.Repository;

/// <summary>Contents that need not be stored again: the newest snapshot's, this writer's, and those of older snapshots. For one caller at a time.</summary>
internal sealed class KnownContents
{
    private readonly Dictionary<ContentHash, IReadOnlyList<FilePiece>> contents;
    private readonly HashSet<long> largeSizes = [];
    private readonly OlderContents older;

    /// <param name="notice">Receives what could not be looked into, in English.</param>
    public KnownContents(SnapshotRepository repository, PreviousSnapshot newest, Action<string> notice)
    {
        contents = new Dictionary<ContentHash, IReadOnlyList<FilePiece>>(newest.Files.Count);
        foreach (var file in newest.Files.Values)
        {
            if (file.Sha256 is not null && file.Pieces.Count > 0)
                Add(ContentHash.Of(file.Sha256), file.SizeBytes, file.Pieces);
        }
        older = new OlderContents(repository, newest.Record, contents.ContainsKey, notice);
    }

    /// <returns>Null when no snapshot has such a content.</returns>
    public async Task<IReadOnlyList<FilePiece>?> FindAsync(ContentHash hash, CancellationToken cancellationToken) =>
        contents.TryGetValue(hash, out var pieces) ? pieces : await older.FindAsync(hash, cancellationToken);

    /// <summary>Whether a large content of that size is known, so that hashing one before storing it may pay.</summary>
    public async Task<bool> HasLargeAsync(long size, CancellationToken cancellationToken) =>
        largeSizes.Contains(size) || await older.HasLargeAsync(size, cancellationToken);

    public void Add(ContentHash hash, long size, IReadOnlyList<FilePiece> pieces)
    {
        contents.TryAdd(hash, pieces);
        if (size >= RepositoryLayout.FrameSize)
            largeSizes.Add(size);
    }
}
