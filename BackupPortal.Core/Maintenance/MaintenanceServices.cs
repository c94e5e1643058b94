namespace BackupPortal.Core.Maintenance;

public static class MaintenanceServices
{
    public static IServiceCollection AddMaintenance(this IServiceCollection services) => services.AddSingleton<MaintenanceGuard>();
}
