namespace BackupPortal.Live;

internal static class LiveServices
{
    public static IServiceCollection AddLive(this IServiceCollection services)
    {
        services.AddSignalR();
        services.AddSingleton<CircuitFeed>();
        services.AddSingleton<HubSubscriptions>();
        services.AddSingleton<HubAccessCheck>();
        services.AddHostedService(static provider => provider.GetRequiredService<HubAccessCheck>());
        services.AddHostedService<HubBridge>();
        return services;
    }
}
