using BackupPortal.Core.Operations;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace BackupPortal.Core.Pruning;

public static class PruneServices
{
    public static IServiceCollection AddPruning(this IServiceCollection services)
    {
        services.TryAddSingleton<IPruneCheckpoint, NoPruneCheckpoint>();
        return services
            .AddSingleton<NeededSnapshots>()
            .AddSingleton(provider => new SnapshotPruning(
                provider.GetRequiredService<Repository.TenantRepositories>(), provider.GetRequiredService<Catalog.SnapshotIndex>(),
                provider.GetRequiredService<NeededSnapshots>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<IPruneCheckpoint>()))
            .AddSingleton<IOperationHandler, PruneOperation>();
    }
}
