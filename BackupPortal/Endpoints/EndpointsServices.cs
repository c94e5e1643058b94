namespace BackupPortal.Endpoints;

internal static class EndpointsServices
{
    public static IServiceCollection AddPortalEndpoints(this IServiceCollection services)
    {
        services.AddProblemDetails();
        services.AddExceptionHandler<FaultAnswer>();
        services.AddValidation();
        return services;
    }
}
