using System.Security.Claims;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Access;

/// <summary>
/// The one place that decides who may do what to which tenant. Asks the catalog each time, so that a role that is taken away is gone at once.
/// Safe for concurrent use.
/// </summary>
internal sealed class TenantAccess
{
    /// <summary>Decides, without raising anything.</summary>
    /// <param name="slug">As it stands in the address; anything that is not a short name is an unknown tenant.</param>
    public Task<AccessDecision> DecideAsync(ClaimsPrincipal user, string? slug, TenantRole needed, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    /// <summary>Asked by code right before it changes or reads something for a person, wherever that code runs.</summary>
    /// <exception cref="AccessDeniedException">The person may not.</exception>
    public async Task<TenantGrant> RequireAsync(ClaimsPrincipal user, TenantSlug slug, TenantRole needed, CancellationToken cancellationToken)
    {
        var decision = await DecideAsync(user, slug.Value, needed, cancellationToken);
        return decision.Grant ?? throw new AccessDeniedException(decision.Verdict);
    }

    /// <exception cref="AccessDeniedException">The person is not an operator (any more).</exception>
    public Task RequireOperatorAsync(ClaimsPrincipal user, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>The tenants that a person may see, by name, with their role in each; all for operators.</summary>
    public Task<IReadOnlyList<TenantGrant>> ListAsync(ClaimsPrincipal user, CancellationToken cancellationToken) => throw new NotImplementedException();
}
