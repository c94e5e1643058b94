using BackupPortal.Core.Storage;

namespace BackupPortal.Core.Encryption;

/// <summary>The data keys of one repository, as they are kept in it. Safe for concurrent use.</summary>
internal sealed class RepositoryKeys(IObjectStore store, MasterKeys masterKeys)
{
    private const int MostBytes = 4096;

    /// <summary>What the names of the wrapped keys tell, in order.</summary>
    public async Task<IReadOnlyList<(string Id, string MasterKey)>> ListAsync(CancellationToken cancellationToken)
    {
        var found = new List<(string Id, string MasterKey)>();
        await foreach (var item in store.ListAsync(WrappedKey.Folder, cancellationToken))
        {
            if (WrappedKey.Named(item.Key) is { } named)
                found.Add(named);
        }
        found.Sort();
        return found;
    }

    /// <summary>The data key of that identifier.</summary>
    /// <param name="subject">What needs it, for errors.</param>
    /// <exception cref="EncryptionException">It is missing or damaged, or no configured master key opens it.</exception>
    public async Task<DataKey> OpenAsync(string id, string subject, CancellationToken cancellationToken)
    {
        EncryptionException? damage = null;
        // By name, not by listing: a store may list late.
        foreach (var masterKey in await masterKeys.AllAsync(cancellationToken))
        {
            try
            {
                if (await FindAsync(id, masterKey.Fingerprint, cancellationToken) is { } wrapped)
                    return wrapped.Open(masterKey);
            }
            catch (EncryptionException e)
            {
                damage = e;
            }
        }
        throw damage ?? await NotOpenedAsync(id, subject, cancellationToken);
    }

    /// <summary>Makes the repository's first data key.</summary>
    /// <exception cref="EncryptionException">No master key is configured, or what was written does not open.</exception>
    public async Task<DataKey> CreateAsync(CancellationToken cancellationToken)
    {
        var masterKey = await masterKeys.CurrentAsync(cancellationToken) ?? throw EncryptionFault.NothingToEncryptWith();
        var key = DataKey.Create();
        await WrapAsync(key, masterKey, cancellationToken);
        return key;
    }

    /// <summary>Wraps a data key by another master key as well, and proves that it opens; no error when that was done before.</summary>
    /// <exception cref="EncryptionException">What was written does not open.</exception>
    public async Task WrapAsync(DataKey key, MasterKey masterKey, CancellationToken cancellationToken)
    {
        var name = WrappedKey.KeyOf(key.Id, masterKey.Fingerprint);
        if (await store.FindAsync(name, cancellationToken) is not null)
        {
            if (await OpensAsync(key.Id, masterKey, cancellationToken))
                return;
            // The key is at hand, so that nothing is lost with the damaged one.
            await store.DeleteAsync(name, cancellationToken);
        }
        var document = WrappedKey.Wrap(key, masterKey).ToBytes();
        await store.WriteAsync(name, (stream, token) => stream.WriteAsync(document, token).AsTask(), cancellationToken);
        try
        {
            var proven = await FindAsync(key.Id, masterKey.Fingerprint, cancellationToken) ?? throw EncryptionFault.DamagedDataKey(name, "it is not there");
            proven.Open(masterKey);
        }
        catch (EncryptionException e)
        {
            throw EncryptionFault.NotProven(name, e);
        }
    }

    /// <summary>Takes the other wrappings of a data key away. Only to be called when <paramref name="kept"/> was proven.</summary>
    /// <returns>The fingerprints of the master keys that no longer open it.</returns>
    public async Task<IReadOnlyList<string>> KeepOnlyAsync(string id, MasterKey kept, CancellationToken cancellationToken)
    {
        var others = (await ListAsync(cancellationToken)).Where(one => one.Id == id && one.MasterKey != kept.Fingerprint).Select(one => one.MasterKey).ToList();
        foreach (var other in others)
            await store.DeleteAsync(WrappedKey.KeyOf(id, other), cancellationToken);
        return others;
    }

    private async Task<bool> OpensAsync(string id, MasterKey masterKey, CancellationToken cancellationToken)
    {
        try
        {
            return (await FindAsync(id, masterKey.Fingerprint, cancellationToken))?.Open(masterKey) is not null;
        }
        catch (EncryptionException e) when (!EncryptionFault.IsNewer(e))
        {
            return false;
        }
    }

    private async Task<WrappedKey?> FindAsync(string id, string masterKey, CancellationToken cancellationToken)
    {
        var name = WrappedKey.KeyOf(id, masterKey);
        if (await store.FindAsync(name, cancellationToken) is not { } found)
            return null;
        if (found.SizeBytes > MostBytes)
            throw EncryptionFault.DamagedDataKey(name, "it is far too large");
        var document = new byte[found.SizeBytes];
        try
        {
            await store.ReadAsync(name, 0, document, cancellationToken);
        }
        catch (ObjectNotFoundException)
        {
            // Taken away in between, by whoever replaced the master key.
            return null;
        }
        catch (EndOfStreamException)
        {
            throw EncryptionFault.DamagedDataKey(name, "it was cut short");
        }
        return WrappedKey.Read(document, name);
    }

    private async Task<EncryptionException> NotOpenedAsync(string id, string subject, CancellationToken cancellationToken)
    {
        var wanted = string.Join(", ", (await ListAsync(cancellationToken)).Where(one => one.Id == id).Select(one => one.MasterKey));
        if (wanted.Length == 0)
            return EncryptionFault.NoDataKey(subject, id);
        var configured = string.Join(", ", (await masterKeys.AllAsync(cancellationToken)).Select(key => key.Fingerprint));
        return configured.Length == 0 ? EncryptionFault.NoMasterKey(subject, wanted) : EncryptionFault.WrongMasterKey(subject, wanted, configured);
    }
}
