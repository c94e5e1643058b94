using BackupPortal.Core.Encryption;
using BackupPortal.Core.Messages;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Storage;

namespace BackupPortal.Core.Repository;

/// <summary>One tenant's repository. Safe for concurrent readers; one writer at a time, the holder of its lease.</summary>
/// <param name="store">Where the repository's bytes are.</param>
/// <param name="leases">Says who may write.</param>
/// <param name="cacheFolder">A local folder for the page-hash cache; only ever a cache.</param>
public sealed class SnapshotRepository(IObjectStore store, IRepositoryLeases leases, string cacheFolder)
{
    public const string Latest = "latest";

    public IObjectStore Store { get; } = store;

    /// <summary>Whoever publishes or deletes anything takes a lease first, and does it through the lease's store.</summary>
    public IRepositoryLeases Leases { get; } = leases;

    public string CacheFolder { get; } = cacheFolder;

    internal Compression Compression { get; init; } = Compression.Best;

    /// <summary>By default there is no master key: what is encrypted cannot be read, and a repository that has a key is not written to.</summary>
    internal RepositoryCipher Cipher { get; init; } = RepositoryCiphers.WithoutMasterKey(store);

    /// <summary>Identifiers of all committed snapshots, newest first. Lists names only.</summary>
    public async Task<IReadOnlyList<SnapshotId>> ListAsync(CancellationToken cancellationToken)
    {
        var found = new HashSet<SnapshotId>();
        await foreach (var item in Store.ListAsync(RepositoryLayout.SnapshotsFolder, cancellationToken))
        {
            if (RepositoryLayout.SnapshotOf(item.Key) is { } id)
                found.Add(id);
        }
        return [.. found.OrderByDescending(id => id.Value, StringComparer.Ordinal)];
    }

    /// <exception cref="RepositoryException">There is no such snapshot, its record is damaged, or its format is newer than this program.</exception>
    /// <exception cref="EncryptionException">The key that it is encrypted with cannot be had.</exception>
    public async Task<SnapshotRecord> ReadRecordAsync(SnapshotId id, CancellationToken cancellationToken)
    {
        // Without any in the listing the first is tried all the same: a listing may lag behind what was just written.
        var revision = 0;
        await foreach (var item in Store.ListAsync(RepositoryLayout.SnapshotsFolder, cancellationToken))
        {
            if (RepositoryLayout.RecordOf(item.Key) is { } record && record.Id == id)
                revision = Math.Max(revision, record.Revision);
        }
        return await ReadRecordAsync(id, revision, cancellationToken);
    }

    internal async Task<SnapshotRecord> ReadRecordAsync(SnapshotId id, int revision, CancellationToken cancellationToken)
    {
        try
        {
            var stored = await WholeObject.ReadAsync(Store, RepositoryLayout.SnapshotKey(id, revision), cancellationToken);
            return RecordDocument.Read(await RecordEnvelope.OpenAsync(stored, id, Cipher, cancellationToken), id, revision);
        }
        catch (ObjectNotFoundException e)
        {
            throw NoSnapshot(id.Value, e);
        }
        catch (EndOfStreamException e)
        {
            throw RepositoryFault.DamagedRecord(id.Value, "it was cut short", e);
        }
    }

    /// <summary>The one snapshot that a person means: <c>latest</c>, or a unique beginning of its identifier.</summary>
    /// <exception cref="RepositoryException">None or several fit.</exception>
    public async Task<SnapshotId> ResolveAsync(string reference, CancellationToken cancellationToken)
    {
        var all = await ListAsync(cancellationToken);
        if (all.Count == 0)
            throw new RepositoryException(new Message("Repository", "NoneYet"), new Message("Repository", "NoneYetHint"));
        if (reference == Latest)
            return all[0];
        var fitting = all.Where(id => reference.Length > 0 && id.Value.StartsWith(reference, StringComparison.OrdinalIgnoreCase)).ToList();
        return fitting.Count switch
        {
            1 => fitting[0],
            0 => throw NoSnapshot(reference, null),
            _ => throw new RepositoryException(new Message("Repository", "Ambiguous", reference), new Message("Repository", "AmbiguousHint")),
        };
    }

    /// <summary>Takes the lease, and begins a new snapshot on top of the newest one that can be read.</summary>
    /// <exception cref="LeaseException">Somebody else is writing, and did not end in time.</exception>
    /// <exception cref="RepositoryException">The newest snapshot was written by a newer version of this program.</exception>
    /// <exception cref="EncryptionException">It is to be encrypted, or the newest one is, and the key cannot be had.</exception>
    public async Task<SnapshotWriter> BeginAsync(CancellationToken cancellationToken)
    {
        var lease = await Leases.AcquireAsync(cancellationToken);
        try
        {
            var previous = await PreviousSnapshot.FindAsync(this, cancellationToken);
            // Before any work is done.
            await Cipher.WritingKeyAsync(cancellationToken);
            return new SnapshotWriter(this, lease, previous);
        }
        catch
        {
            await lease.DisposeAsync();
            throw;
        }
    }

    /// <summary>Opens a snapshot for reading; reads its map and manifest, and checks them against the record.</summary>
    public async Task<SnapshotReader> OpenAsync(SnapshotRecord record, CancellationToken cancellationToken)
    {
        var documents = new SnapshotDocuments(this);
        var map = await documents.ReadMapAsync(record, cancellationToken);
        var manifest = await documents.ReadManifestAsync(record, cancellationToken);
        return new SnapshotReader(record, map, manifest.Entries, new FrameReader(new PackShelf(Store, Compression, Cipher)), CacheFolder);
    }

    /// <param name="scratchFolder">For what is decoded.</param>
    internal DecodedFrames OpenFrames(string scratchFolder) => new(new PackShelf(Store, Compression, Cipher), scratchFolder);

    private static RepositoryException NoSnapshot(string reference, Exception? cause) =>
        new(new Message("Repository", "NoSnapshot", reference), new Message("Repository", "NoSnapshotHint"), cause);
}
