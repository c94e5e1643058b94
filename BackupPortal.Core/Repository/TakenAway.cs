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

    /// <exception cref="RepositoryException">Something that the record names is gone or on its way out; the snapshot must be made again.</exception>
    public static async Task CheckAsync(SnapshotRepository repository, SnapshotRecord record, CancellationToken cancellationToken)
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
        foreach (var key in keys)
        {
            if (tombstones.Since(key) is { } since && (record.CompletedUtc - since.Utc).Duration() > LongestAge)
                throw Refusal(key);
            if (await repository.Store.FindAsync(key, cancellationToken) is null)
                throw Refusal(key);
        }
    }

    private static RepositoryException Refusal(string key) =>
        new(new Message("Repository", "TakenAway", key), new Message("Repository", "TakenAwayHint"));
}
