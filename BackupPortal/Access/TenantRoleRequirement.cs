using BackupPortal.Core.Catalog;
using Microsoft.AspNetCore.Authorization;
using ComponentRouteData = Microsoft.AspNetCore.Components.RouteData;

namespace BackupPortal.Access;

/// <param name="Right">What a program's token needs; null for what no program may.</param>
internal sealed record TenantRoleRequirement(TenantRole Role, TokenRights? Right = null) : IAuthorizationRequirement;

/// <summary>
/// Asks <see cref="TenantAccess"/> about the tenant in the route: of the request, or, when somebody moves on within an open page, of the page
/// that is about to be drawn.
/// </summary>
internal sealed class TenantRoleHandler(TenantAccess access) : AuthorizationHandler<TenantRoleRequirement>
{
    protected override async Task HandleRequirementAsync(AuthorizationHandlerContext context, TenantRoleRequirement requirement)
    {
        var cancellationToken = (context.Resource as HttpContext)?.RequestAborted ?? CancellationToken.None;
        var decision = await access.DecideAsync(context.User, SlugOf(context.Resource), requirement.Role, requirement.Right, cancellationToken);
        if (decision.Verdict == AccessVerdict.Allowed)
            context.Succeed(requirement);
        else
            context.Fail(new AccessFailure(this, decision.Verdict));
    }

    private static string? SlugOf(object? resource) => resource switch
    {
        HttpContext request => request.GetRouteValue(RequireTenantRoleAttribute.RouteValue) as string,
        ComponentRouteData page => page.RouteValues.GetValueOrDefault(RequireTenantRoleAttribute.RouteValue) as string,
        _ => null,
    };
}
