using BackupPortal.Core.Catalog;
using Microsoft.AspNetCore.Authorization;

namespace BackupPortal.Access;

/// <summary>
/// On a page or an endpoint whose route has a <c>{slug}</c>: only for people with at least this role in that tenant, and for operators.
/// </summary>
/// <remarks>Opens the page; code that changes something asks <see cref="TenantAccess"/> again each time.</remarks>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
internal sealed class RequireTenantRoleAttribute(TenantRole role) : Attribute, IAuthorizeData
{
    /// <summary>The name of the route value that holds the tenant's short name.</summary>
    public const string RouteValue = "slug";

    public TenantRole Role { get; } = role;

    string? IAuthorizeData.Policy { get => AccessPolicies.OfTenant(Role); set => throw new NotSupportedException(); }

    string? IAuthorizeData.Roles { get; set; }

    string? IAuthorizeData.AuthenticationSchemes { get; set; }
}
