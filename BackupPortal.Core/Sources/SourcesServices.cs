using Microsoft.Extensions.DependencyInjection.Extensions;

namespace BackupPortal.Core.Sources;

public static class SourcesServices
{
    public static IServiceCollection AddSources(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        return services.AddSingleton<LiveDatabases>();
    }
}
