using Microsoft.Extensions.DependencyInjection.Extensions;

namespace BackupPortal.Core.Repository;

public static class RepositoryServices
{
    public static IServiceCollection AddRepository(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        return services.AddSingleton<TenantRepositories>();
    }
}
