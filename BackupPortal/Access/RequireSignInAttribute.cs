using Microsoft.AspNetCore.Authorization;

namespace BackupPortal.Access;

/// <summary>On a page or an endpoint: for everybody who is signed in, whatever their role.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
internal sealed class RequireSignInAttribute : Attribute, IAuthorizeData
{
    string? IAuthorizeData.Policy { get => AccessPolicies.SignedIn; set => throw new NotSupportedException(); }

    string? IAuthorizeData.Roles { get; set; }

    string? IAuthorizeData.AuthenticationSchemes { get; set; }
}
