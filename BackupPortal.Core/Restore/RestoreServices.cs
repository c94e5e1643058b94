using BackupPortal.Core.Catalog;
using BackupPortal.Core.Maintenance;
using BackupPortal.Core.Operations;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace BackupPortal.Core.Restore;

public static class RestoreServices
{
    public static IServiceCollection AddRestore(this IServiceCollection services)
    {
        services.TryAddSingleton<IRestoreCheckpoint, NoCheckpoint>();
        return services
            .AddSingleton<SharedSwap>()
            .AddSingleton<DatabaseSwitch>()
            .AddSingleton<RestoreFence>()
            .AddSingleton<RestorePreparation>()
            .AddSingleton<RestoreCountdown>()
            .AddSingleton<RestoreReversal>()
            .AddSingleton<RestoreSwap>()
            .AddSingleton<SafetySnapshot>()
            .AddSingleton<LiveCheck>()
            .AddSingleton<RestoreCompletion>()
            .AddSingleton<TenantRestoreRecovery>()
            .AddSingleton<RestoreRun>()
            .AddSingleton<IOperationHandler, RestoreOperation>()
            .AddSingleton<IOperationHandler, UndoOperation>()
            .AddSingleton<RestoreHistory>()
            .AddSingleton<LockOutForecast>()
            .AddSingleton<RestoreToFolder>()
            .AddSingleton(provider => new RestoreRecovery(
                provider.GetRequiredService<TenantStore>(), provider.GetRequiredService<TenantLeases>(),
                provider.GetRequiredService<MaintenanceGuard>(), provider.GetRequiredService<TenantRestoreRecovery>(),
                provider.GetRequiredService<ILogger<RestoreRecovery>>()))
            .AddSingleton<ICrashRecovery>(provider => provider.GetRequiredService<RestoreRecovery>());
    }
}
