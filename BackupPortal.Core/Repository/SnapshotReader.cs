using BackupPortal.Core.Snapshots;

namespace BackupPortal.Core.Repository;

/// <summary>Reads one snapshot. Every frame is checked against its hash as it is decoded. Safe for concurrent use.</summary>
public sealed class SnapshotReader
{
    public SnapshotRecord Record => throw new NotImplementedException();

    /// <summary>The manifest, ordered by path (ordinal).</summary>
    public IReadOnlyList<FileEntry> Files => throw new NotImplementedException();

    /// <summary>Writes the database to a new file, synced, and checks it against the record's root hash while doing so.</summary>
    /// <param name="targetFile">Must not exist; deleted again on any failure.</param>
    /// <param name="progress">Bytes written so far.</param>
    /// <exception cref="RepositoryException">Something is missing or damaged.</exception>
    public Task WriteDatabaseAsync(string targetFile, IProgress<long>? progress, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    /// <summary>Writes a file's content, and checks it against its hash. The caller syncs, and sets times and modes.</summary>
    public Task WriteContentAsync(FileEntry file, Stream target, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Decodes everything that a restore of the snapshot needs and checks all hashes, without writing anything.</summary>
    /// <returns>What is wrong, in words for the log; empty when the snapshot is whole.</returns>
    public Task<IReadOnlyList<string>> VerifyAsync(IProgress<long>? progress, CancellationToken cancellationToken) =>
        throw new NotImplementedException();
}
