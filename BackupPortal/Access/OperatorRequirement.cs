using Microsoft.AspNetCore.Authorization;

namespace BackupPortal.Access;

internal sealed record OperatorRequirement : IAuthorizationRequirement;

internal sealed class OperatorHandler(TenantAccess access) : AuthorizationHandler<OperatorRequirement>
{
    protected override async Task HandleRequirementAsync(AuthorizationHandlerContext context, OperatorRequirement requirement)
    {
        var verdict = await access.DecideOperatorAsync(context.User, CancellationToken.None);
        if (verdict == AccessVerdict.Allowed)
            context.Succeed(requirement);
        else
            context.Fail(new AccessFailure(this, verdict));
    }
}
