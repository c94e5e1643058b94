using BackupPortal.Core.Messages;
using BackupPortal.Core.Snapshots;

namespace BackupPortal.Core.Repository;

/// <summary>
/// Looks, right before a record is written, whether pruning has deleted or is about to delete something that it names: what a snapshot builds on may have
/// been given up while it was made. Only matters when the lease was lost; see docs/architecture.md.
/// </summary>
internal static class TakenAway
{
    /// <summary>
    /// Half of the time that pruning waits. What was given up longer ago than this might be deleted before a record that is written now is seen; younger
    /// ones will be found in use again.
    /// </summary>
    public static readonly TimeSpan LongestAge = Tombstones.Grace / 2;

    /// <param name="lease">Of whoever writes the record.</param>
    /// <exception cref="LeaseException">Another writer has taken over.</exception>
    /// <exception cref="RepositoryException">Something that the record names is gone or on its way out; the snapshot must be made again.</exception>
    public static async Task CheckAsync(
        SnapshotRepository repository, IRepositoryLease lease, SnapshotRecord record, CancellationToken cancellationToken)
    {
        var documents = new SealedDocument(repository.Store, repository.Compression, repository.Cipher);
        string[] named = [RepositoryLayout.MapKey(record.Database.MapHash), RepositoryLayout.ManifestKey(record.Files.ManifestHash)];
        var keys = new HashSet<string>(record.Packs.Select(RepositoryLayout.PackKey).Concat(named), StringComparer.Ordinal);
        // Tombstones first: what is deleted after they were read is in them, what was deleted before is missing below.
        var tombstones = await Tombstones.ReadAsync(repository.Store, cancellationToken);
        foreach (var key in named)
        {
            if (await documents.FindBaseKeyAsync(key, cancellationToken) is { } basis)
                keys.Add(basis);
        }
        tombstones = await UnburyAsync(lease, tombstones, named, cancellationToken);
        await CheckTombstonesAsync(repository, [.. keys.Where(key => IsOld(tombstones.Since(key), record.CompletedUtc))], cancellationToken);
        foreach (var key in keys)
        {
            if (await repository.Store.FindAsync(key, cancellationToken) is null)
                throw Refusal(key);
        }
    }

    // Documents are named after their content. A school that goes back to an earlier state, an empty files folder for example, finds the documents of
    // that state again, which were read and found whole while the lease was held; what they name is looked at like everything else.
    private static async Task<Tombstones> UnburyAsync(
        IRepositoryLease lease, Tombstones tombstones, IReadOnlyCollection<string> documents, CancellationToken cancellationToken)
    {
        if (!lease.IsFenced || !documents.Any(tombstones.Objects.ContainsKey))
            return tombstones;
        var left = tombstones.Objects.Where(item => !documents.Contains(item.Key)).ToDictionary(StringComparer.Ordinal);
        return await tombstones.ReplaceAsync(lease.Store, left, tombstones.Records, tombstones.Moves, cancellationToken);
    }

    private static bool IsOld(TombstoneStamp? since, DateTimeOffset now) => since is not null && (now - since.Utc).Duration() > LongestAge;

    // A tombstone may be left standing on what a snapshot came to use while a prune looked. A prune that begins now sees that snapshot and takes the
    // tombstone away before anything else; one that began before it could not delete what was not buried long enough when that snapshot was written.
    private static async Task CheckTombstonesAsync(SnapshotRepository repository, List<string> old, CancellationToken cancellationToken)
    {
        if (old.Count == 0)
            return;
        using var used = new RepositoryMark(repository);
        foreach (var id in await repository.ListAsync(cancellationToken))
        {
            try
            {
                await used.TryAddAsync(await repository.ReadRecordAsync(id, cancellationToken), cancellationToken);
            }
            catch (RepositoryException)
            {
                // A record that cannot be read excuses nothing.
            }
        }
        if (old.Find(key => !used.Keys.Contains(key)) is { } taken)
            throw Refusal(taken);
    }

    private static RepositoryException Refusal(string key) =>
        new(new Message("Repository", "TakenAway", key), new Message("Repository", "TakenAwayHint"));
}
