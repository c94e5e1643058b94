using BackupPortal.Core.Encryption;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Core.Repository;

/// <summary>Says of a repository what in it is encrypted, by which keys, and whether they can be had.</summary>
public sealed class KeyInspection(TenantRepositories repositories, MasterKeys masterKeys)
{
    /// <exception cref="EncryptionException">A master key is configured and cannot be had.</exception>
    public async Task<InspectedKeys> RunAsync(Tenant tenant, CancellationToken cancellationToken)
    {
        var repository = repositories.Of(tenant);
        var keys = new RepositoryKeys(repository.Store, masterKeys);
        var found = await keys.ListAsync(cancellationToken);
        var configured = await masterKeys.AllAsync(cancellationToken);
        List<InspectedKey> inspected = [];
        foreach (var byId in found.GroupBy(one => one.Id, one => one.MasterKey))
            inspected.Add(new InspectedKey(byId.Key, [.. byId], await ProblemAsync(keys, byId.Key, cancellationToken)));
        var (encrypted, plain) = await CountAsync(repository, cancellationToken);
        return new InspectedKeys(inspected, [.. configured.Select(key => key.Fingerprint)], encrypted, plain);
    }

    private static async Task<EncryptionException?> ProblemAsync(RepositoryKeys keys, string id, CancellationToken cancellationToken)
    {
        try
        {
            await keys.OpenAsync(id, "The repository", cancellationToken);
            return null;
        }
        catch (EncryptionException e)
        {
            return e;
        }
    }

    private static async Task<(int Encrypted, int Plain)> CountAsync(SnapshotRepository repository, CancellationToken cancellationToken)
    {
        var revisions = new Dictionary<SnapshotId, int>();
        await foreach (var item in repository.Store.ListAsync(RepositoryLayout.SnapshotsFolder, cancellationToken))
        {
            if (RepositoryLayout.RecordOf(item.Key) is { } record)
                revisions[record.Id] = Math.Max(record.Revision, revisions.GetValueOrDefault(record.Id));
        }
        var encrypted = 0;
        foreach (var (id, revision) in revisions)
        {
            if (RecordEnvelope.KeyOf(await WholeObject.ReadAsync(repository.Store, RepositoryLayout.SnapshotKey(id, revision), cancellationToken)) is not null)
                encrypted++;
        }
        return (encrypted, revisions.Count - encrypted);
    }
}

/// <param name="DataKeys">None when nothing was ever encrypted.</param>
/// <param name="Configured">Fingerprints of the configured master keys, the current one first.</param>
/// <param name="EncryptedSnapshots">How many backups have an encrypted record.</param>
public sealed record InspectedKeys(IReadOnlyList<InspectedKey> DataKeys, IReadOnlyList<string> Configured, int EncryptedSnapshots, int PlainSnapshots);

/// <param name="MasterKeys">Fingerprints of the master keys that it is wrapped by.</param>
/// <param name="Problem">Why it cannot be opened with what is configured; null when it can.</param>
public sealed record InspectedKey(string Id, IReadOnlyList<string> MasterKeys, EncryptionException? Problem);
