using BackupPortal.Core.Tenancy;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace BackupPortal.Core.Maintenance;

public static class MaintenanceServices
{
    public static IServiceCollection AddMaintenance(this IServiceCollection services)
    {
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<WebhookOptions>, WebhookOptionsValidator>());
        services.AddOptions<WebhookOptions>().ValidateOnStart();
        services.AddSingleton<WebhookSender>();
        services.AddSingleton(provider => new WebhookDelivery(
            provider.GetRequiredService<DataRoot>(), provider.GetRequiredService<WebhookSender>(), provider.GetRequiredService<IOptions<WebhookOptions>>(),
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<WebhookDelivery>>()));
        services.AddSingleton<MaintenanceWebhooks>();
        return services.AddSingleton<MaintenanceGuard>();
    }
}
