using BackupPortal.Core.Catalog;
using Microsoft.AspNetCore.Authorization;

namespace BackupPortal.Access;

/// <summary>The authorization policies behind the attributes of this folder. What says nothing about access is for nobody.</summary>
internal static class AccessPolicies
{
    public const string Operator = "operator";

    public const string SignedIn = "signed in";

    public static string OfTenant(TenantRole role) => role switch
    {
        TenantRole.Member => "member of the tenant in the route",
        TenantRole.Admin => "admin of the tenant in the route",
        _ => throw new ArgumentOutOfRangeException(nameof(role), role, null),
    };

    public static string OfTenant(TenantRole role, TokenRights right) => $"{OfTenant(role)}, token with {right}";

    public static string OfHost(TokenRights right) => $"token with {right}";

    public static void Add(AuthorizationOptions options)
    {
        options.AddPolicy(SignedIn, static policy => policy.RequireAuthenticatedUser());
        options.AddPolicy(Operator, static policy => policy.RequireAuthenticatedUser().AddRequirements(new OperatorRequirement()));
        foreach (var role in Enum.GetValues<TenantRole>())
        {
            options.AddPolicy(OfTenant(role), policy => policy.RequireAuthenticatedUser().AddRequirements(new TenantRoleRequirement(role)));
            foreach (var right in Enum.GetValues<TokenRights>())
                options.AddPolicy(OfTenant(role, right), policy => policy.RequireAuthenticatedUser().AddRequirements(new TenantRoleRequirement(role, right)));
        }
        foreach (var right in Enum.GetValues<TokenRights>())
            options.AddPolicy(OfHost(right), policy => policy.RequireAuthenticatedUser().AddRequirements(new HostRightRequirement(right)));
        options.FallbackPolicy = new AuthorizationPolicyBuilder().RequireAssertion(static _ => false).Build();
    }
}
