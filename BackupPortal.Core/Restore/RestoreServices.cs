using BackupPortal.Core.Catalog;
using BackupPortal.Core.Maintenance;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Tenancy;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace BackupPortal.Core.Restore;

public static class RestoreServices
{
    public static IServiceCollection AddRestore(this IServiceCollection services)
    {
        services.TryAddSingleton<IRestoreCheckpoint, NoCheckpoint>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<RestoreKeepOptions>, RestoreKeepOptionsValidator>());
        services.AddOptions<RestoreKeepOptions>().ValidateOnStart();
        return services
            .AddSingleton<RestoreSource>()
            .AddSingleton<LiveDamage>()
            .AddSingleton(provider => new QuarantineList(
                provider.GetRequiredService<IRestoreCheckpoint>(), provider.GetRequiredService<IOptions<RestoreKeepOptions>>(), provider.GetRequiredService<TimeProvider>()))
            .AddSingleton<SharedSwap>()
            .AddSingleton<RowSwap>()
            .AddSingleton<DatabaseSwitch>()
            .AddSingleton<RestoreFence>()
            .AddSingleton<RestorePreparation>()
            .AddSingleton<RestoreCountdown>()
            .AddSingleton<RestoreReversal>()
            .AddSingleton<ReleasedReturn>()
            .AddSingleton<RestoreSwap>()
            .AddSingleton<SafetySnapshot>()
            .AddSingleton<LiveCheck>()
            .AddSingleton<RestoreCompletion>()
            .AddSingleton<TenantRestoreRecovery>()
            .AddSingleton<RestoreRun>()
            .AddSingleton<IOperationHandler, RestoreOperation>()
            .AddSingleton<IOperationHandler, UndoOperation>()
            .AddSingleton(provider => new RestoreAsTenant(
                provider.GetRequiredService<RestoreSource>(), provider.GetRequiredService<TenantRegistration>(), provider.GetRequiredService<TenantStore>(),
                provider.GetRequiredService<DataRoot>(), provider.GetRequiredService<IRestoreCheckpoint>(), provider.GetRequiredService<TimeProvider>()))
            .AddSingleton<IOperationHandler, RestoreAsTenantOperation>()
            .AddSingleton<ICrashRecovery, RestoreAsTenantRecovery>()
            .AddSingleton<RestoreHistory>()
            .AddSingleton<LockOutForecast>()
            .AddSingleton<RestoreToFolder>()
            .AddSingleton(provider => new RestoreRecovery(
                provider.GetRequiredService<TenantStore>(), provider.GetRequiredService<TenantLeases>(),
                provider.GetRequiredService<MaintenanceGuard>(), provider.GetRequiredService<TenantRestoreRecovery>(),
                provider.GetRequiredService<RestoreAsTenant>(), provider.GetRequiredService<ILogger<RestoreRecovery>>()))
            .AddSingleton<ICrashRecovery>(provider => provider.GetRequiredService<RestoreRecovery>());
    }
}
