using BackupPortal.Access;
using BackupPortal.Api;
using BackupPortal.Components;
using BackupPortal.Core;
using BackupPortal.Endpoints;
using BackupPortal.Live;
using BackupPortal.MaintenanceMode;

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
        // Every statement and every key would bury what an operator looks for.
        builder.Logging.AddFilter("Microsoft.EntityFrameworkCore", LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);
        AddServices(builder.Services, settings);
        settings.Configure?.Invoke(builder);

        var app = builder.Build();
        UseMiddleware(app);
        MapEndpoints(app);
        return app;
    }

    private static void AddServices(IServiceCollection services, PortalSettings settings)
    {
        services.AddBackupPortalCore(settings.DataRoot);
        services.AddPortalHosting();
        services.AddPortalAccess(settings.DataRoot);
        services.AddMaintenanceMode();
        services.AddLive();
        services.AddPortalApi();
        services.AddPortalEndpoints();
        services.AddPortalComponents();
    }

    private static void UseMiddleware(WebApplication app)
    {
        app.UseForwardedAddresses();
        app.UseSecurityHeaders();
        app.UseHsts();
        app.UseRequestLocalization();
        app.UseProblemAnswers();
        app.UseRouting();
        app.UseRateLimiter();
        app.UseMiddleware<SetupMiddleware>();
        app.UseAuthentication();
        app.UseMiddleware<ApiRateLimit>();
        app.UseAuthorization();
        app.UseMiddleware<MaintenanceMiddleware>();
        app.UseMiddleware<Idempotency>();
        app.UseAntiforgery();
    }

    private static void MapEndpoints(WebApplication app)
    {
        app.MapStaticAssets().AllowAnonymous().WithMetadata(new OpenBeforeSetupAttribute());
        app.MapRazorComponents<App>()
            .AddInteractiveServerRenderMode(static options => options.ContentSecurityFrameAncestorsPolicy = null)
            .WithCircuitsForSignedIn();
        app.MapHub<OperationsHub>(OperationsHub.Address, static options => options.CloseOnAuthenticationExpiration = true);
        app.MapHealthChecks("/healthz").AllowAnonymous();
        app.MapPreferences();
        app.MapSignOut();
        app.MapStatus();
        app.MapPluginRoutes();
        app.MapCopyDownload();
        app.MapGate();
        app.MapApi();
        app.MapUploads();
    }
}
