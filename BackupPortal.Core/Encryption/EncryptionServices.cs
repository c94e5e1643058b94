using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace BackupPortal.Core.Encryption;

public static class EncryptionServices
{
    public static IServiceCollection AddEncryption(this IServiceCollection services)
    {
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<EncryptionOptions>, EncryptionOptionsValidator>());
        services.AddOptions<EncryptionOptions>().ValidateOnStart();
        return services.AddSingleton<MasterKeys>().AddSingleton<RepositoryCiphers>();
    }
}
