using System.Security.Claims;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Access;

/// <summary>
/// The one place that decides who may do what to which tenant, for people and for programs with their tokens. Asks the catalog each time, so that a role that is
/// taken away, or a token, is gone at once. What does not name a right is for people alone. Safe for concurrent use.
/// </summary>
internal sealed class TenantAccess(AccountStore accounts, MembershipStore memberships, TenantStore tenants, AccessTokenStore tokens, TimeProvider time)
{
    /// <summary>Decides, without raising anything.</summary>
    /// <param name="slug">As it stands in the address; anything that is not a short name is an unknown tenant.</param>
    public Task<AccessDecision> DecideAsync(ClaimsPrincipal user, string? slug, TenantRole needed, CancellationToken cancellationToken) =>
        DecideAsync(user, slug, needed, null, cancellationToken);

    /// <inheritdoc cref="DecideAsync(ClaimsPrincipal, string?, TenantRole, CancellationToken)"/>
    /// <param name="right">What a program's token needs; null for what no program may.</param>
    public async Task<AccessDecision> DecideAsync(
        ClaimsPrincipal user, string? slug, TenantRole needed, TokenRights? right, CancellationToken cancellationToken)
    {
        if (await FindCallerAsync(user, cancellationToken) is not { } caller)
            return new AccessDecision(AccessVerdict.SignInNeeded);
        if (!TenantSlug.TryParse(slug, out var parsed) || await tenants.FindAsync(parsed, cancellationToken) is not { } tenant || !caller.IsFor(tenant.Id))
            return new AccessDecision(AccessVerdict.NotFound);

        var role = caller.Account.IsOperator ? TenantRole.Admin : await memberships.RoleOfAsync(caller.Account.Id, tenant.Id, cancellationToken);
        if (role is null)
            return new AccessDecision(AccessVerdict.NotFound);
        var grant = new TenantGrant(tenant, role.Value, caller.IsOperator);
        return grant.Allows(needed) && caller.May(right) ? new AccessDecision(AccessVerdict.Allowed, grant) : new AccessDecision(AccessVerdict.Forbidden);
    }

    /// <summary>Asked by code right before it changes or reads something for a person, wherever that code runs.</summary>
    /// <exception cref="AccessDeniedException">The person may not.</exception>
    public Task<TenantGrant> RequireAsync(ClaimsPrincipal user, TenantSlug slug, TenantRole needed, CancellationToken cancellationToken) =>
        RequireAsync(user, slug.Value, needed, null, cancellationToken);

    /// <inheritdoc cref="RequireAsync(ClaimsPrincipal, TenantSlug, TenantRole, CancellationToken)"/>
    /// <param name="right">What a program's token needs; null for what no program may.</param>
    public async Task<TenantGrant> RequireAsync(
        ClaimsPrincipal user, string slug, TenantRole needed, TokenRights? right, CancellationToken cancellationToken)
    {
        var decision = await DecideAsync(user, slug, needed, right, cancellationToken);
        return decision.Grant ?? throw new AccessDeniedException(decision.Verdict);
    }

    /// <summary>Whether a person may do what concerns the whole host.</summary>
    public Task<AccessVerdict> DecideOperatorAsync(ClaimsPrincipal user, CancellationToken cancellationToken) =>
        DecideHostAsync(user, null, cancellationToken);

    /// <summary>Whether somebody may do what concerns no tenant: operators, unless a right says that it is for everybody's tokens.</summary>
    /// <param name="right">What a program's token needs; null for what no program may.</param>
    public async Task<AccessVerdict> DecideHostAsync(ClaimsPrincipal user, TokenRights? right, CancellationToken cancellationToken) =>
        await FindCallerAsync(user, cancellationToken) switch
        {
            null => AccessVerdict.SignInNeeded,
            var caller when caller.May(right) && (caller.IsOperator || right is { } asked && asked != TokenRights.Host) => AccessVerdict.Allowed,
            _ => AccessVerdict.Forbidden,
        };

    /// <exception cref="AccessDeniedException">The person is not an operator (any more).</exception>
    public async Task RequireOperatorAsync(ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        var verdict = await DecideOperatorAsync(user, cancellationToken);
        if (verdict != AccessVerdict.Allowed)
            throw new AccessDeniedException(verdict);
    }

    /// <summary>The tenants that somebody may see, by name, with their role in each; all for operators.</summary>
    public async Task<IReadOnlyList<TenantGrant>> ListAsync(ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        if (await FindCallerAsync(user, cancellationToken) is not { } caller)
            return [];
        var all = (await tenants.ListAsync(cancellationToken)).Where(tenant => caller.IsFor(tenant.Id));
        if (caller.Account.IsOperator)
            return [.. all.Select(tenant => new TenantGrant(tenant, TenantRole.Admin, caller.IsOperator))];
        var roles = await memberships.RolesOfAsync(caller.Account.Id, cancellationToken);
        return [.. all.Where(tenant => roles.ContainsKey(tenant.Id)).Select(tenant => new TenantGrant(tenant, roles[tenant.Id], false))];
    }

    /// <returns>Null when nobody is signed in, or what they show is worth nothing any more.</returns>
    private async Task<Caller?> FindCallerAsync(ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        // Cookie and token only say who somebody is; that the account still exists, and what it may do, says the catalog.
        if (user.Identity is not { IsAuthenticated: true }
            || !Guid.TryParse(user.FindFirstValue(ClaimTypes.NameIdentifier), out var id)
            || await accounts.FindAsync(id, cancellationToken) is not { } account)
            return null;
        if (TokenAuthentication.TokenOf(user) is not { } shown)
            return new Caller(account, null);
        var now = time.GetUtcNow();
        return await tokens.FindAsync(shown, cancellationToken) is { } token && token.Account == id && token.IsUsable(now) && !(account.LockedOutUntilUtc > now)
            ? new Caller(account, token)
            : null;
    }
}
