using BackupPortal.Core.Tenancy;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;

namespace BackupPortal.Access;

internal static class AccessServices
{
    public static IServiceCollection AddPortalAccess(this IServiceCollection services, DataRoot dataRoot)
    {
        services.AddDataProtection()
            .SetApplicationName("BackupPortal")
            .PersistKeysToFileSystem(new DirectoryInfo(dataRoot.Keys));
        services.AddAuthentication(IdentityConstants.ApplicationScheme).AddCookie(IdentityConstants.ApplicationScheme);
        services.AddAuthorization();
        services.AddCascadingAuthenticationState();
        return services;
    }
}
