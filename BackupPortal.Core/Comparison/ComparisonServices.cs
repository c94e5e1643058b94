using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace BackupPortal.Core.Comparison;

public static class ComparisonServices
{
    public static IServiceCollection AddComparison(this IServiceCollection services)
    {
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ComparisonOptions>, ComparisonOptionsValidator>());
        services.AddOptions<ComparisonOptions>().ValidateOnStart();
        return services.AddSingleton<StateComparer>();
    }
}
