namespace BackupPortal.Api;

internal static class ApiServices
{
    public static IServiceCollection AddPortalApi(this IServiceCollection services)
    {
        services.AddOptions<ApiOptions>().BindConfiguration(ApiOptions.Section)
            .Validate(static options => options.RequestsPerMinute >= 1, "Api:RequestsPerMinute must be at least 1.")
            .Validate(static options => options.FailuresPerMinute >= 1, "Api:FailuresPerMinute must be at least 1.")
            .Validate(static options => options.RecheckInterval > TimeSpan.Zero, "Api:RecheckInterval must be longer than nothing.")
            .ValidateOnStart();
        return services;
    }
}
