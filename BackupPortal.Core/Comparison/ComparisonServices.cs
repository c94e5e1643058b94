namespace BackupPortal.Core.Comparison;

public static class ComparisonServices
{
    public static IServiceCollection AddComparison(this IServiceCollection services) => services.AddSingleton<StateComparer>();
}
