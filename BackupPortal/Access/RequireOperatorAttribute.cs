using Microsoft.AspNetCore.Authorization;

namespace BackupPortal.Access;

/// <summary>On a page or an endpoint: only for operators.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
internal sealed class RequireOperatorAttribute : Attribute, IAuthorizeData
{
    string? IAuthorizeData.Policy { get => AccessPolicies.Operator; set => throw new NotSupportedException(); }

    string? IAuthorizeData.Roles { get; set; }

    string? IAuthorizeData.AuthenticationSchemes { get; set; }
}
