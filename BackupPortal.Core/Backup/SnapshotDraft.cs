using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Sources;

namespace BackupPortal.Core.Backup;

/// <summary>
/// A snapshot in the making. Store the database and the files, in any order; then <see cref="StoreManifestAsync"/>, then <see cref="CommitAsync"/>.
/// Nothing is visible before that. Disposing removes the scratch copy, and gives up what was not committed. Not safe for concurrent use.
/// </summary>
public sealed class SnapshotDraft : IAsyncDisposable
{
    internal static Task<SnapshotDraft> BeginAsync(
        Tenancy.Tenant tenant, Repository.SnapshotRepository repository, Catalog.SnapshotIndex index, TimeProvider time, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    /// <summary>Files that are not in the snapshot as they are now.</summary>
    public IReadOnlyList<FileNotice> FileNotices => throw new NotImplementedException();

    /// <summary>Copies the tenant's live database into the scratch folder, consistently, while others write to it.</summary>
    /// <param name="progress">Bytes copied, and bytes in all.</param>
    public Task<DatabaseCopy> CopyLiveDatabaseAsync(Action<long, long>? progress, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Stores a database file that nobody has open: the scratch copy, or a file that was live until a swap.</summary>
    public Task StoreDatabaseAsync(DatabaseCopy copy, Action<long, long>? progress, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>
    /// Stores a files folder. Only what changed since the newest snapshot, or since the last call, is read; so a second call under a fence takes as
    /// long as looking at the files does.
    /// </summary>
    /// <param name="exclude">Absolute paths that are not part of it; the tenant's live database and its companions always are among them.</param>
    public Task StoreFilesAsync(
        string root, IReadOnlyCollection<string> exclude, Action<long, long>? progress, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    /// <summary>Finishes packs and stores the manifest. Everything stored has been read back when the task ends.</summary>
    public Task StoreManifestAsync(CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Writes the snapshot record, the only commit, and adds it to the catalog's index.</summary>
    public Task<SnapshotRecord> CommitAsync(SnapshotOrigin origin, string? note, string by, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    public ValueTask DisposeAsync() => throw new NotImplementedException();
}

/// <summary>A closed database file that holds one consistent state.</summary>
/// <param name="StateUtc">The instant whose state it holds.</param>
/// <param name="JournalMode">Of the live database, as <c>PRAGMA journal_mode</c> says it.</param>
public sealed record DatabaseCopy(string File, DateTimeOffset StateUtc, string JournalMode, long SizeBytes, int Restarts = 0, bool Stalled = false);
