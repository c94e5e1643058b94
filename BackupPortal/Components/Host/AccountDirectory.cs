using BackupPortal.Access;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Components.Host;

/// <summary>The accounts as the operator sees and changes them. Whether somebody may is asked before.</summary>
internal sealed class AccountDirectory(
    AccountStore accounts, MembershipStore memberships, TenantStore tenants, IServiceScopeFactory scopes)
{
    /// <summary>All accounts by e-mail address.</summary>
    public async Task<IReadOnlyList<AccountStanding>> ReadAsync(CancellationToken cancellationToken)
    {
        var schools = (await tenants.ListAsync(cancellationToken)).ToDictionary(static tenant => tenant.Id);
        var roles = await memberships.AllAsync(cancellationToken);
        return
        [
            .. (await accounts.ListAsync(cancellationToken)).Select(account => new AccountStanding(
                account,
                [
                    .. roles[account.Id].Where(role => schools.ContainsKey(role.Tenant))
                        .Select(role => new SchoolRole(schools[role.Tenant], role.Role))
                        .OrderBy(static role => role.School.Name, StringComparer.CurrentCultureIgnoreCase),
                ])),
        ];
    }

    /// <exception cref="AccountRefusedException">The address is not one.</exception>
    public async Task<AddedAccount> AddAsync(AccountWish wish, string by, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await Registration(scope).AddAsync(
            new NewAccount(wish.Email, null, wish.School is null, wish.School?.Id, wish.Role), by, cancellationToken);
    }

    /// <returns>The new password; null when there is no such account any more.</returns>
    public async Task<string?> ResetPasswordAsync(Guid account, string by, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await Registration(scope).ResetPasswordAsync(account, by, cancellationToken);
    }

    /// <summary>Takes an account's role in a school away.</summary>
    public async Task RemoveAsync(Guid account, Tenant school, string by, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        await Registration(scope).RemoveAsync(account, school.Id, by, cancellationToken);
    }

    // A scope of its own each time: what a circuit's scope has read of accounts grows old.
    private static AccountRegistration Registration(AsyncServiceScope scope) => scope.ServiceProvider.GetRequiredService<AccountRegistration>();
}
