namespace BackupPortal.Live;

internal static class LiveServices
{
    public static IServiceCollection AddLive(this IServiceCollection services)
    {
        services.AddSingleton<CircuitFeed>();
        return services;
    }
}
