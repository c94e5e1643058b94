using System.Diagnostics.CodeAnalysis;

namespace BackupPortal.Core.Encryption;

/// <summary>
/// How one repository's objects are encrypted. Every object says itself whether it is and by which data key, so that plain and encrypted ones go
/// together in one repository. Touches no key until one is needed. Safe for concurrent use.
/// </summary>
/// <param name="keys">The repository's data keys.</param>
/// <param name="policy">Whether new objects are encrypted.</param>
/// <param name="acceptsPlain">Whether a record may be read that is not encrypted.</param>
[SuppressMessage("Design", "CA1001", Justification = "A semaphore without a wait handle holds nothing to give back, and whoever opens a repository does not close it.")]
internal sealed class RepositoryCipher(RepositoryKeys keys, EncryptionPolicy policy, bool acceptsPlain)
{
    private const string NewBackup = "A new backup";

    private readonly SemaphoreSlim gate = new(1);
    private readonly Dictionary<string, DataKey> known = new(StringComparer.Ordinal);
    private (DataKey? Key, bool IsDecided) writing;

    /// <summary>What new objects are encrypted with, the same for the life of this object; null when they are to be plain. The first one makes the key.</summary>
    /// <exception cref="EncryptionException">They are to be encrypted, and no key can be had.</exception>
    public async Task<DataKey?> WritingKeyAsync(CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken);
        try
        {
            if (!writing.IsDecided)
                writing = (await DecideAsync(cancellationToken), true);
            return writing.Key;
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>The data key that an object names.</summary>
    /// <param name="subject">The object, for errors.</param>
    /// <exception cref="EncryptionException">It cannot be had.</exception>
    public async Task<DataKey> KeyAsync(string id, string subject, CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken);
        try
        {
            return await OpenAsync(id, subject, cancellationToken);
        }
        finally
        {
            gate.Release();
        }
    }

    /// <exception cref="EncryptionException">A record that is not encrypted may not be read here: anybody could have written it.</exception>
    public void CheckPlainRecord(string key)
    {
        if (!acceptsPlain)
            throw EncryptionFault.Plain(key);
    }

    private async Task<DataKey?> DecideAsync(CancellationToken cancellationToken)
    {
        if (policy == EncryptionPolicy.Never)
            return null;
        var there = (await keys.ListAsync(cancellationToken)).Select(one => one.Id).FirstOrDefault();
        if (there is not null)
            return await OpenAsync(there, NewBackup, cancellationToken);
        if (policy == EncryptionPolicy.WhenKeyed)
            return null;
        var made = await keys.CreateAsync(cancellationToken);
        return known[made.Id] = made;
    }

    private async Task<DataKey> OpenAsync(string id, string subject, CancellationToken cancellationToken)
    {
        if (!known.TryGetValue(id, out var key))
            known[id] = key = await keys.OpenAsync(id, subject, cancellationToken);
        return key;
    }
}
