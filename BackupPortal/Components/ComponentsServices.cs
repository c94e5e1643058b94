using BackupPortal.Components.Host;
using BackupPortal.Components.Restores;
using Radzen;

namespace BackupPortal.Components;

internal static class ComponentsServices
{
    public static IServiceCollection AddPortalComponents(this IServiceCollection services)
    {
        services.AddLocalization();
        services.Configure<RequestLocalizationOptions>(static options =>
        {
            options.SetDefaultCulture("en").AddSupportedCultures("en", "de").AddSupportedUICultures("en", "de");
            options.RequestCultureProviders =
            [
                new Microsoft.AspNetCore.Localization.CookieRequestCultureProvider(),
                new Microsoft.AspNetCore.Localization.AcceptLanguageHeaderRequestCultureProvider(),
            ];
        });
        services.AddRazorComponents().AddInteractiveServerComponents();
        return services.AddPageServices();
    }

    /// <summary>What pages need of this folder, without the web host around them.</summary>
    internal static IServiceCollection AddPageServices(this IServiceCollection services)
    {
        services.AddRadzenComponents();
        services.AddSingleton<RestoreForesight>();
        services.AddScoped<RestoreQuestion>();
        services.AddSingleton<SchoolStandings>();
        services.AddSingleton<AccountDirectory>();
        return services;
    }
}
