using BackupPortal.Core.Catalog;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace BackupPortal.Core.Operations;

public static class OperationServices
{
    /// <summary>Adds queue, history, feed and runner. The portal runs <see cref="OperationWorker"/> and <see cref="CatalogFollower"/> itself.</summary>
    public static IServiceCollection AddOperations(this IServiceCollection services)
    {
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<OperationOptions>, OperationOptionsValidator>());
        services.AddOptions<OperationOptions>().ValidateOnStart();
        services.AddSingleton<OperationStore>();
        services.AddSingleton<OperationLookup>();
        services.AddSingleton<RunningOperations>();
        services.AddSingleton<RunnerPresence>();
        services.AddSingleton<TenantLeases>();
        services.AddSingleton<OperationFeed>();
        // Their constructors take internal types, so that nobody else builds them.
        services.AddSingleton(provider => new OperationQueue(
            provider.GetRequiredService<OperationStore>(), provider.GetRequiredService<RunningOperations>(),
            provider.GetRequiredService<OperationFeed>()));
        services.AddSingleton(provider => new OperationHistory(
            provider.GetRequiredService<CatalogSql>(), provider.GetRequiredService<OperationStore>(),
            provider.GetRequiredService<OperationFeed>()));
        services.AddSingleton(CreateRunner);
        services.AddSingleton(CreateRecovery);
        services.AddSingleton(CreateWorker);
        services.AddSingleton(provider => new CatalogFollower(
            provider.GetRequiredService<OperationLookup>(), provider.GetRequiredService<RunnerPresence>(),
            provider.GetRequiredService<OperationFeed>(), provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<CatalogFollower>>()));
        return services;
    }

    private static OperationRunner CreateRunner(IServiceProvider provider) => new(
        provider.GetRequiredService<OperationStore>(), provider.GetRequiredService<OperationLookup>(),
        provider.GetRequiredService<RunningOperations>(),
        provider.GetRequiredService<RunnerPresence>(), provider.GetRequiredService<TenantLeases>(), provider.GetRequiredService<OperationFeed>(),
        provider.GetRequiredService<IServiceScopeFactory>(), provider.GetRequiredService<TimeProvider>(),
        provider.GetRequiredService<ILogger<OperationRunner>>());

    private static OperationRecovery CreateRecovery(IServiceProvider provider) => new(
        provider.GetRequiredService<OperationStore>(), provider.GetRequiredService<OperationLookup>(),
        provider.GetRequiredService<RunningOperations>(),
        provider.GetRequiredService<RunnerPresence>(), provider.GetRequiredService<TenantLeases>(), provider.GetRequiredService<TenantStore>(),
        provider.GetRequiredService<OperationFeed>(), provider.GetRequiredService<IServiceScopeFactory>(),
        provider.GetRequiredService<ILogger<OperationRecovery>>());

    private static OperationWorker CreateWorker(IServiceProvider provider) => new(
        provider.GetRequiredService<OperationStore>(), provider.GetRequiredService<OperationLookup>(),
        provider.GetRequiredService<RunningOperations>(),
        provider.GetRequiredService<OperationRunner>(), provider.GetRequiredService<OperationRecovery>(),
        provider.GetRequiredService<TenantLeases>(), provider.GetRequiredService<TenantStore>(), provider.GetRequiredService<RunnerPresence>(),
        provider.GetRequiredService<IOptions<OperationOptions>>(), provider.GetRequiredService<TimeProvider>(),
        provider.GetRequiredService<ILogger<OperationWorker>>());
}
