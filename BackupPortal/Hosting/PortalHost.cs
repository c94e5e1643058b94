using BackupPortal.Access;
using BackupPortal.Components;

namespace BackupPortal.Hosting;

/// <summary>Puts the web host together: which services there are, and in which order a request passes through them.</summary>
internal static class PortalHost
{
    public static WebApplication Build(PortalSettings settings)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            // Named and placed by this assembly, not by the process's entry, so that tests can start the same host.
            ApplicationName = typeof(PortalHost).Assembly.GetName().Name,
            ContentRootPath = AppContext.BaseDirectory,
            EnvironmentName = settings.Environment,
        });
        builder.WebHost.ConfigureKestrel(server => server.AddServerHeader = false);
        if (settings.Urls.Count > 0)
            builder.WebHost.UseUrls([.. settings.Urls]);
        // A build that was not published has its static files in the source tree, in every environment.
        builder.WebHost.UseStaticWebAssets();
        AddServices(builder.Services, settings);
        settings.Configure?.Invoke(builder);

        var app = builder.Build();
        UseMiddleware(app);
        MapEndpoints(app);
        return app;
    }

    private static void AddServices(IServiceCollection services, PortalSettings settings)
    {
        services.AddSingleton(settings.DataRoot);
        services.AddSingleton(TimeProvider.System);
        services.AddPortalAccess(settings.DataRoot);
        services.AddPortalComponents();
    }

    private static void UseMiddleware(WebApplication app)
    {
        app.UseRequestLocalization();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseAntiforgery();
    }

    private static void MapEndpoints(WebApplication app)
    {
        app.MapStaticAssets();
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode();
    }
}
