using BackupPortal.Core.Catalog;
using Microsoft.AspNetCore.Authorization;

namespace BackupPortal.Access;

/// <summary>
/// On an endpoint of a tenant that programs use: for tokens with this right, whose people have at least this role in the tenant of the route's <c>{slug}</c>.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
internal sealed class RequireRightAttribute(TenantRole role, TokenRights right) : Attribute, IAuthorizeData
{
    public TenantRole Role { get; } = role;

    public TokenRights Right { get; } = right;

    string? IAuthorizeData.Policy { get => AccessPolicies.OfTenant(Role, Right); set => throw new NotSupportedException(); }

    string? IAuthorizeData.Roles { get; set; }

    string? IAuthorizeData.AuthenticationSchemes { get; set; }
}

/// <summary>On an endpoint of no tenant that programs use: for tokens with this right; of operators, when it is <see cref="TokenRights.Host"/>.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
internal sealed class RequireHostRightAttribute(TokenRights right) : Attribute, IAuthorizeData
{
    public TokenRights Right { get; } = right;

    string? IAuthorizeData.Policy { get => AccessPolicies.OfHost(Right); set => throw new NotSupportedException(); }

    string? IAuthorizeData.Roles { get; set; }

    string? IAuthorizeData.AuthenticationSchemes { get; set; }
}
