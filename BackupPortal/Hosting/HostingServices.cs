using BackupPortal.Access;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Comparison;
using BackupPortal.Core.Copies;
using BackupPortal.Core.Demo;
using BackupPortal.Core.Encryption;
using BackupPortal.Core.Import;
using BackupPortal.Core.Maintenance;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Repository;
using BackupPortal.Core.Restore;
using BackupPortal.Core.Scheduling;

namespace BackupPortal.Hosting;

internal static class HostingServices
{
    // What has begun to commit or to swap is finished before the process ends; that takes seconds.
    private static readonly TimeSpan LongestEnding = TimeSpan.FromMinutes(2);

    /// <summary>Adds what runs in the portal's process beside the web server.</summary>
    public static IServiceCollection AddPortalHosting(this IServiceCollection services)
    {
        services.AddHostedService<PortalStart>();
        services.AddScoped<AccountRegistration>();
        services.AddHostedService<OperationService>();
        services.AddHostedService<FollowerService>();
        services.AddHostedService<WebhookService>();
        services.AddScheduling();
        services.Configure<HostOptions>(options => options.ShutdownTimeout = LongestEnding);
        services.AddOptions<RegistrationOptions>().BindConfiguration("Tenants");
        services.AddOptions<OperationOptions>().BindConfiguration("Operations");
        services.AddOptions<EncryptionOptions>().BindConfiguration("Encryption");
        services.AddOptions<ComparisonOptions>().BindConfiguration("Comparisons");
        services.AddOptions<NightlyOptions>().BindConfiguration("Nightly");
        services.AddOptions<CopyOptions>().BindConfiguration("Copies");
        services.AddOptions<LeaseOptions>().BindConfiguration("Lease");
        services.AddOptions<WebhookOptions>().BindConfiguration(WebhookOptions.Section);
        services.AddOptions<ImportOptions>().BindConfiguration(ImportOptions.Section).ValidateOnStart();
        services.AddOptions<RestoreKeepOptions>().BindConfiguration("Restore");
        services.AddHealthChecks().AddCheck<InstallationHealth>("installation");
        return services;
    }

    /// <summary>Adds invented schools at start. Call it after <see cref="AddPortalHosting"/>: the catalog must be there.</summary>
    public static IServiceCollection AddDemo(this IServiceCollection services, DemoSchool bigger)
    {
        IReadOnlyList<DemoSchool> schools = [bigger, DemoSchool.Park];
        return services.AddHostedService(provider => ActivatorUtilities.CreateInstance<DemoStart>(provider, schools));
    }
}
