using BackupPortal.Core.Tenancy;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace BackupPortal.Core.Catalog;

public static class CatalogServices
{
    /// <summary>Adds the catalog of the registered <see cref="DataRoot"/>, and accounts; apply <see cref="CatalogMigration"/> before anything else.</summary>
    public static IServiceCollection AddCatalog(this IServiceCollection services)
    {
        services.AddSingleton<IDbContextFactory<CatalogContext>, CatalogContexts>();
        services.AddScoped(static provider => provider.GetRequiredService<IDbContextFactory<CatalogContext>>().CreateDbContext());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<RegistrationOptions>, RegistrationOptionsValidator>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<NightlyOptions>, NightlyOptionsValidator>());
        services.AddOptions<RegistrationOptions>().ValidateOnStart();
        services.AddOptions<NightlyOptions>().ValidateOnStart();
        services.AddSingleton<CatalogSql>();
        services.AddSingleton<CatalogMigration>();
        services.AddSingleton<TenantStore>();
        services.AddSingleton<OutsidePlaces>();
        services.AddSingleton<TenantRegistration>();
        services.AddSingleton<MembershipStore>();
        services.AddSingleton<AccountStore>();
        services.AddSingleton<ScheduleStore>();
        services.AddSingleton<FriendlyNameStore>();
        services.AddSingleton<SnapshotIndex>();
        services.AddSingleton<TenantDetailsReader>();
        services.AddSingleton<AuditLog>();
        services.AddSingleton<AccessTokenStore>();
        services.AddSingleton<KeptAnswerStore>();
        services.AddIdentityCore<Account>(Configure).AddEntityFrameworkStores<CatalogContext>();
        return services;
    }

    private static void Configure(IdentityOptions identity)
    {
        identity.User.RequireUniqueEmail = true;
        // Any address may be one: the check for e-mail addresses is enough.
        identity.User.AllowedUserNameCharacters = "";
        identity.Lockout.AllowedForNewUsers = true;
        identity.Lockout.MaxFailedAccessAttempts = 5;
        identity.Lockout.DefaultLockoutTimeSpan = TimeSpan.FromMinutes(5);
        // Length is what makes a password strong; rules about its characters make it forgettable.
        identity.Password.RequiredLength = 12;
        identity.Password.RequireDigit = false;
        identity.Password.RequireLowercase = false;
        identity.Password.RequireUppercase = false;
        identity.Password.RequireNonAlphanumeric = false;
        identity.Password.RequiredUniqueChars = 4;
    }
}
