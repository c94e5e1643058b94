using BackupPortal.Core.Tenancy;

namespace BackupPortal.Access;

/// <summary>Names of the authorization policies behind the attributes of this folder.</summary>
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
}
