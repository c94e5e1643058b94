using BackupPortal.Core.Storage;
using Microsoft.Extensions.Options;

namespace BackupPortal.Core.Encryption;

/// <summary>Says for each repository how it is encrypted, by what is configured. Safe for concurrent use.</summary>
public sealed class RepositoryCiphers(MasterKeys masterKeys, IOptions<EncryptionOptions> options)
{
    internal static RepositoryCipher WithoutMasterKey(IObjectStore store) =>
        new RepositoryCiphers(new MasterKeys(Options.Create(new EncryptionOptions())), Options.Create(new EncryptionOptions())).Of(store, isOutside: false);

    /// <param name="isOutside">True when the store is not on this machine.</param>
    internal RepositoryCipher Of(IObjectStore store, bool isOutside)
    {
        var given = options.Value;
        var policy = given.Enabled switch
        {
            true => EncryptionPolicy.Always,
            false => EncryptionPolicy.Never,
            null => isOutside ? EncryptionPolicy.Always : EncryptionPolicy.WhenKeyed,
        };
        return new RepositoryCipher(new RepositoryKeys(store, masterKeys), policy, given.AcceptPlain ?? !isOutside);
    }
}
