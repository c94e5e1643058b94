using Microsoft.EntityFrameworkCore;

namespace BackupPortal.Core.Catalog;

/// <summary>Looks at accounts; adding and changing them goes through Identity's <c>UserManager</c>. Safe for concurrent use.</summary>
public sealed class AccountStore(IDbContextFactory<CatalogContext> contexts)
{
    /// <summary>False on an installation that nobody has set up yet.</summary>
    public async Task<bool> AnyAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Users.AnyAsync(cancellationToken);
    }

    public async Task<AccountSummary?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await Summaries(context, context.Users.Where(account => account.Id == id)).SingleOrDefaultAsync(cancellationToken);
    }

    /// <summary>All accounts by e-mail address.</summary>
    public async Task<IReadOnlyList<AccountSummary>> ListAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await Summaries(context, context.Users.OrderBy(account => account.Email)).ToListAsync(cancellationToken);
    }

    private static IQueryable<AccountSummary> Summaries(CatalogContext context, IQueryable<Account> accounts) =>
        accounts.Select(account => new AccountSummary(
            account.Id, account.Email ?? "", account.IsOperator, account.LockoutEnd,
            context.Memberships.Count(row => row.AccountId == account.Id)));
}

/// <param name="LockedOutUntilUtc">In the past, or null, when it is not locked out.</param>
/// <param name="Tenants">How many tenants it belongs to.</param>
public sealed record AccountSummary(Guid Id, string Email, bool IsOperator, DateTimeOffset? LockedOutUntilUtc, int Tenants);
