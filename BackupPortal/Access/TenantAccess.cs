using System.Security.Claims;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Access;

/// <summary>
/// The one place that decides who may do what to which tenant. Asks the catalog each time, so that a role that is taken away is gone at once.
/// Safe for concurrent use.
/// </summary>
internal sealed class TenantAccess(AccountStore accounts, MembershipStore memberships, TenantStore tenants)
{
    /// <summary>Decides, without raising anything.</summary>
    /// <param name="slug">As it stands in the address; anything that is not a short name is an unknown tenant.</param>
    public async Task<AccessDecision> DecideAsync(ClaimsPrincipal user, string? slug, TenantRole needed, CancellationToken cancellationToken)
    {
        if (await FindAccountAsync(user, cancellationToken) is not { } account)
            return new AccessDecision(AccessVerdict.SignInNeeded);
        if (!TenantSlug.TryParse(slug, out var parsed) || await tenants.FindAsync(parsed, cancellationToken) is not { } tenant)
            return new AccessDecision(AccessVerdict.NotFound);

        var role = account.IsOperator ? TenantRole.Admin : await memberships.RoleOfAsync(account.Id, tenant.Id, cancellationToken);
        if (role is null)
            return new AccessDecision(AccessVerdict.NotFound);
        var grant = new TenantGrant(tenant, role.Value, account.IsOperator);
        return grant.Allows(needed) ? new AccessDecision(AccessVerdict.Allowed, grant) : new AccessDecision(AccessVerdict.Forbidden);
    }

    /// <summary>Asked by code right before it changes or reads something for a person, wherever that code runs.</summary>
    /// <exception cref="AccessDeniedException">The person may not.</exception>
    public async Task<TenantGrant> RequireAsync(ClaimsPrincipal user, TenantSlug slug, TenantRole needed, CancellationToken cancellationToken)
    {
        var decision = await DecideAsync(user, slug.Value, needed, cancellationToken);
        return decision.Grant ?? throw new AccessDeniedException(decision.Verdict);
    }

    /// <summary>Whether the person may do what concerns the whole host.</summary>
    public async Task<AccessVerdict> DecideOperatorAsync(ClaimsPrincipal user, CancellationToken cancellationToken) =>
        await FindAccountAsync(user, cancellationToken) switch
        {
            null => AccessVerdict.SignInNeeded,
            { IsOperator: true } => AccessVerdict.Allowed,
            _ => AccessVerdict.Forbidden,
        };

    /// <exception cref="AccessDeniedException">The person is not an operator (any more).</exception>
    public async Task RequireOperatorAsync(ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        var verdict = await DecideOperatorAsync(user, cancellationToken);
        if (verdict != AccessVerdict.Allowed)
            throw new AccessDeniedException(verdict);
    }

    /// <summary>The tenants that a person may see, by name, with their role in each; all for operators.</summary>
    public async Task<IReadOnlyList<TenantGrant>> ListAsync(ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        if (await FindAccountAsync(user, cancellationToken) is not { } account)
            return [];
        var all = await tenants.ListAsync(cancellationToken);
        if (account.IsOperator)
            return [.. all.Select(static tenant => new TenantGrant(tenant, TenantRole.Admin, true))];
        var roles = await memberships.RolesOfAsync(account.Id, cancellationToken);
        return [.. all.Where(tenant => roles.ContainsKey(tenant.Id)).Select(tenant => new TenantGrant(tenant, roles[tenant.Id], false))];
    }

    private async Task<AccountSummary?> FindAccountAsync(ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        // The cookie only says who somebody is; that the account still exists, and what it may do, says the catalog.
        var isSignedIn = user.Identity is { IsAuthenticated: true };
        return isSignedIn && Guid.TryParse(user.FindFirstValue(ClaimTypes.NameIdentifier), out var id)
            ? await accounts.FindAsync(id, cancellationToken)
            : null;
    }
}
