using BackupPortal.Core.Catalog;
using BackupPortal.Core.Tenancy;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace BackupPortal.Access;

internal static class AccessServices
{
    public static IServiceCollection AddPortalAccess(this IServiceCollection services, DataRoot dataRoot)
    {
        services.AddOptions<AccessOptions>().BindConfiguration(AccessOptions.Section)
            .Validate(static options => options.AttemptsPerMinute >= 1, "Access:AttemptsPerMinute must be at least 1.")
            .Validate(static options => options.RecheckInterval > TimeSpan.Zero, "Access:RecheckInterval must be longer than nothing.")
            .ValidateOnStart();
        services.AddDataProtection()
            .SetApplicationName("BackupPortal")
            .PersistKeysToFileSystem(PrivateFolder(dataRoot.Keys));
        AddSignIn(services);
        AddSetup(services);
        AddDecisions(services);
        return services;
    }

    // Who can read the keys can sign in as anybody.
    private static DirectoryInfo PrivateFolder(string path)
    {
        if (OperatingSystem.IsWindows())
            return Directory.CreateDirectory(path);
        const UnixFileMode onlyOwner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        var folder = Directory.CreateDirectory(path, onlyOwner);
        folder.UnixFileMode = onlyOwner;
        return folder;
    }

    private static void AddSignIn(IServiceCollection services)
    {
        new IdentityBuilder(typeof(Account), services).AddSignInManager();
        services.AddTokenOrCookie().AddIdentityCookies(static cookies => cookies.ApplicationCookie!.Configure(static options =>
        {
            options.Cookie.Name = "backupportal";
            options.Cookie.HttpOnly = true;
            options.Cookie.SameSite = SameSiteMode.Lax;
            options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            options.ExpireTimeSpan = TimeSpan.FromDays(14);
            options.SlidingExpiration = true;
        }));
        services.AddOptions<SecurityStampValidatorOptions>()
            .Configure<IOptions<AccessOptions>>(static (stamp, access) => stamp.ValidationInterval = access.Value.RecheckInterval);
        services.AddAntiforgery(static options =>
        {
            options.Cookie.Name = "backupportal-form";
            options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            // Frames are refused for every answer, see SecurityHeaders.
            options.SuppressXFrameOptionsHeader = true;
        });
        services.AddScoped<SignInAttempt>();
        services.AddScoped<PasswordChange>();
        services.AddAttemptLimit();
    }

    private static void AddSetup(IServiceCollection services)
    {
        services.AddSingleton<SetupCode>();
        services.AddSingleton<FirstOperator>();
        services.AddHostedService<SetupAnnouncement>();
    }

    private static void AddDecisions(IServiceCollection services)
    {
        services.AddSingleton<TenantAccess>();
        services.AddSingleton<IAuthorizationHandler, TenantRoleHandler>();
        services.AddSingleton<IAuthorizationHandler, OperatorHandler>();
        services.AddSingleton<IAuthorizationHandler, HostRightHandler>();
        services.AddSingleton<IAuthorizationMiddlewareResultHandler, AccessAnswer>();
        services.AddAuthorization(AccessPolicies.Add);
        services.AddCascadingAuthenticationState();
        services.AddScoped<AuthenticationStateProvider, CircuitIdentity>();
    }
}
