using BackupPortal.Core.Maintenance;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.Extensions.Options;

namespace BackupPortal.MaintenanceMode;

internal static class MaintenanceModeServices
{
    public static IServiceCollection AddMaintenanceMode(this IServiceCollection services)
    {
        services.AddSingleton<TenantTraffic>();
        services.AddSingleton<IMaintenanceFence>(static provider => provider.GetRequiredService<TenantTraffic>());
        services.AddSingleton<MaintenanceGate>();
        services.AddSingleton<MaintenanceSwitch>();
        services.AddSingleton<TenantStatusReader>();
        services.AddSingleton<WaitingAnswer>();
        services.AddOptions<GateOptions>().BindConfiguration(GateOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<GateOptions>, GateOptionsValidator>();
        services.AddSingleton<GateCaller>();
        services.AddScoped<CircuitHandler, CircuitGate>();
        return services;
    }
}
