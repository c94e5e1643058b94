using BackupPortal.Core.Encryption;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Core.Repository;

/// <summary>
/// Wraps the data keys of a repository by the configured master key, and takes the wrappings by others away once that is proven. No backup is written
/// again, and backups may run meanwhile. Whatever interrupts it, at least one wrapping opens.
/// </summary>
public sealed class KeyRotation(TenantRepositories repositories, MasterKeys masterKeys)
{
    /// <exception cref="EncryptionException">No master key is configured, or none that is opens a data key.</exception>
    /// <exception cref="Storage.StorageException">The repository cannot be reached or written to.</exception>
    public async Task<RotatedKeys> RunAsync(Tenant tenant, CancellationToken cancellationToken)
    {
        var masterKey = await masterKeys.CurrentAsync(cancellationToken) ?? throw EncryptionFault.NothingToRotateTo();
        var keys = new RepositoryKeys(repositories.Of(tenant).Store, masterKeys);
        var removed = new SortedSet<string>(StringComparer.Ordinal);
        var ids = (await keys.ListAsync(cancellationToken)).Select(one => one.Id).Distinct().ToList();
        foreach (var id in ids)
            removed.UnionWith(await RotateAsync(keys, id, masterKey, cancellationToken));
        return new RotatedKeys(ids, masterKey.Fingerprint, [.. removed]);
    }

    private static async Task<IReadOnlyList<string>> RotateAsync(RepositoryKeys keys, string id, MasterKey masterKey, CancellationToken cancellationToken)
    {
        var key = await keys.OpenAsync(id, "The repository", cancellationToken);
        await keys.WrapAsync(key, masterKey, cancellationToken);
        return await keys.KeepOnlyAsync(id, masterKey, cancellationToken);
    }
}

/// <param name="DataKeys">All of the repository; none when nothing in it is encrypted.</param>
/// <param name="MasterKey">The fingerprint of the one that opens them now.</param>
/// <param name="Removed">The fingerprints of those that no longer do.</param>
public sealed record RotatedKeys(IReadOnlyList<string> DataKeys, string MasterKey, IReadOnlyList<string> Removed);
