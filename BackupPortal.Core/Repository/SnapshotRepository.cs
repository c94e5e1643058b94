using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Storage;

namespace BackupPortal.Core.Repository;

/// <summary>One tenant's repository. Safe for concurrent readers; one writer at a time (the tenant's lease).</summary>
/// <param name="store">Where the repository's bytes are.</param>
/// <param name="cacheFolder">A local folder for the page-hash cache; only ever a cache.</param>
public sealed class SnapshotRepository(IObjectStore store, string cacheFolder)
{
    public IObjectStore Store { get; } = store;

    public string CacheFolder { get; } = cacheFolder;

    /// <summary>Identifiers of all committed snapshots, newest first. Lists names only.</summary>
    public Task<IReadOnlyList<SnapshotId>> ListAsync(CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <exception cref="RepositoryException">There is no such snapshot, its record is damaged, or its format is newer than this program.</exception>
    public Task<SnapshotRecord> ReadRecordAsync(SnapshotId id, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>The one snapshot that a person means: <c>latest</c>, or a unique beginning of its identifier.</summary>
    /// <exception cref="RepositoryException">None or several fit.</exception>
    public Task<SnapshotId> ResolveAsync(string reference, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Begins a new snapshot on top of the newest one.</summary>
    public Task<SnapshotWriter> BeginAsync(CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Opens a snapshot for reading; reads its map and manifest, and checks them against the record.</summary>
    public Task<SnapshotReader> OpenAsync(SnapshotRecord record, CancellationToken cancellationToken) => throw new NotImplementedException();
}
