using System.Text.Json.Serialization;

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
        services.AddSingleton<QueuedWork>();
        services.AddSingleton<OperationEvents>();
        services.AddSingleton<HeldComparisons>();
        // Before the framework's own: that one answers nothing to who accepts no JSON.
        services.AddSingleton<IProblemDetailsWriter, ApiProblemWriter>();
        services.ConfigureHttpJsonOptions(static options =>
        {
            // What is misspelt is told rather than left out.
            options.SerializerOptions.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
            options.SerializerOptions.RespectNullableAnnotations = true;
            options.SerializerOptions.RespectRequiredConstructorParameters = true;
        });
        return services.AddApiDocument();
    }
}
