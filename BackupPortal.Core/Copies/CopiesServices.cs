using BackupPortal.Core.Operations;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace BackupPortal.Core.Copies;

public static class CopiesServices
{
    public static IServiceCollection AddCopies(this IServiceCollection services)
    {
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<CopyOptions>, CopyOptionsValidator>());
        services.AddOptions<CopyOptions>().ValidateOnStart();
        services.AddSingleton<CopyPlaces>();
        services.AddSingleton<KeptFiles>();
        services.AddSingleton<HeldPassphrases>();
        services.AddSingleton<IOperationHandler, ExportOperation>();
        return services;
    }
}
