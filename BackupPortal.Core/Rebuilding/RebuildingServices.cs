using BackupPortal.Core.Catalog;
using BackupPortal.Core.Maintenance;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Repository;
using BackupPortal.Core.Tenancy;
using Microsoft.Extensions.Options;

namespace BackupPortal.Core.Rebuilding;

public static class RebuildingServices
{
    public static IServiceCollection AddRebuilding(this IServiceCollection services) => services.AddSingleton(provider => new CatalogRebuild(
        provider.GetRequiredService<DataRoot>(), provider.GetRequiredService<TenantRepositories>(), provider.GetRequiredService<RunnerPresence>(),
        provider.GetRequiredService<MaintenanceGuard>(), provider.GetRequiredService<IOptions<NightlyOptions>>(), provider.GetRequiredService<ILoggerFactory>(),
        provider.GetRequiredService<TimeProvider>()));
}
