using BackupPortal.Core.Snapshots;

namespace BackupPortal.Core.Repository;

/// <summary>
/// Writes one snapshot: database, files, manifest, then <see cref="CommitAsync"/>. Until then nothing of it is visible; what was stored without a
/// commit is unreferenced and left for pruning. Not safe for concurrent use.
/// </summary>
public sealed class SnapshotWriter : IAsyncDisposable
{
    /// <summary>The newest snapshot, or null for the first.</summary>
    public SnapshotRecord? Previous => throw new NotImplementedException();

    /// <summary>The newest snapshot's manifest by path; empty for the first.</summary>
    public IReadOnlyDictionary<string, FileEntry> PreviousFiles => throw new NotImplementedException();

    /// <summary>Bytes added to the repository so far.</summary>
    public long AddedBytes => throw new NotImplementedException();

    /// <summary>Stores a consistent, closed copy of a database: the pages that differ from the newest snapshot, and the complete map.</summary>
    /// <param name="databaseFile">The scratch copy; an ordinary file that nobody else has open.</param>
    /// <param name="progress">Bytes of the database dealt with so far.</param>
    public Task<StoredDatabase> StoreDatabaseAsync(string databaseFile, IProgress<long>? progress, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    /// <summary>Stores a file's content, unless the same content is in the newest snapshot or was stored by this writer.</summary>
    public Task<StoredContent> StoreContentAsync(Stream content, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Finishes packs and stores the manifest. Everything stored has been read back and decoded when the task ends.</summary>
    /// <param name="entries">All entries, in any order.</param>
    public Task<FilesFacts> StoreManifestAsync(IReadOnlyCollection<FileEntry> entries, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    /// <summary>Writes the record: the only commit. <paramref name="draft"/>'s packs and added bytes are filled in here.</summary>
    /// <returns>The record as it was written.</returns>
    public Task<SnapshotRecord> CommitAsync(SnapshotRecord draft, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Gives up what was not committed.</summary>
    public ValueTask DisposeAsync() => throw new NotImplementedException();
}

/// <summary>Where a database went.</summary>
/// <param name="ChangedPages">Pages stored by this writer.</param>
public sealed record StoredDatabase(int PageSize, long PageCount, string RootHash, string MapHash, long ChangedPages);

/// <summary>Where a file's content went.</summary>
/// <param name="IsNew">False when the content was in the repository already.</param>
public sealed record StoredContent(long SizeBytes, string Sha256, IReadOnlyList<FilePiece> Pieces, bool IsNew);
