using BackupPortal.Core.Catalog;
using Microsoft.AspNetCore.Authorization;

namespace BackupPortal.Access;

internal sealed record HostRightRequirement(TokenRights Right) : IAuthorizationRequirement;

internal sealed class HostRightHandler(TenantAccess access) : AuthorizationHandler<HostRightRequirement>
{
    protected override async Task HandleRequirementAsync(AuthorizationHandlerContext context, HostRightRequirement requirement)
    {
        var cancellationToken = (context.Resource as HttpContext)?.RequestAborted ?? CancellationToken.None;
        var verdict = await access.DecideHostAsync(context.User, requirement.Right, cancellationToken);
        if (verdict == AccessVerdict.Allowed)
            context.Succeed(requirement);
        else
            context.Fail(new AccessFailure(this, verdict));
    }
}
