using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace BackupPortal.Core.Repository;

public static class RepositoryServices
{
    public static IServiceCollection AddRepository(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<LeaseOptions>, LeaseOptionsValidator>());
        services.AddOptions<LeaseOptions>().ValidateOnStart();
        return services.AddSingleton<TenantRepositories>().AddSingleton<KeyRotation>().AddSingleton<KeyInspection>();
    }
}
