using BackupPortal.Core.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace BackupPortal.Core.Catalog;

/// <summary>Who belongs to which tenant, as what. Safe for concurrent use.</summary>
public sealed class MembershipStore(IDbContextFactory<CatalogContext> contexts)
{
    /// <summary>The account's own role in the tenant; null when it has none (an operator needs none).</summary>
    public async Task<TenantRole?> RoleOfAsync(Guid account, TenantId tenant, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Memberships
            .Where(row => row.AccountId == account && row.TenantId == tenant.Value)
            .Select(row => (TenantRole?)row.Role)
            .SingleOrDefaultAsync(cancellationToken);
    }

    /// <summary>Every tenant that the account belongs to.</summary>
    public async Task<IReadOnlyDictionary<TenantId, TenantRole>> RolesOfAsync(Guid account, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Memberships
            .Where(row => row.AccountId == account)
            .ToDictionaryAsync(row => new TenantId(row.TenantId), row => row.Role, cancellationToken);
    }

    /// <summary>Everyone who belongs to the tenant, by e-mail address.</summary>
    public async Task<IReadOnlyList<Membership>> ListAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Memberships
            .Where(row => row.TenantId == tenant.Value)
            .Join(context.Users, row => row.AccountId, account => account.Id, (row, account) => new { row.AccountId, account.Email, row.Role })
            .OrderBy(one => one.Email)
            .Select(one => new Membership(one.AccountId, one.Email ?? "", one.Role))
            .ToListAsync(cancellationToken);
    }

    /// <summary>Who belongs where, of all tenants; for the operator.</summary>
    public async Task<ILookup<Guid, TenantMembership>> AllAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = await context.Memberships.AsNoTracking().ToListAsync(cancellationToken);
        return rows.ToLookup(static row => row.AccountId, static row => new TenantMembership(new TenantId(row.TenantId), row.Role));
    }

    /// <summary>Gives the account this role in the tenant, instead of the one it may have.</summary>
    public async Task SetAsync(Guid account, TenantId tenant, TenantRole role, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        var changed = await context.Memberships
            .Where(row => row.AccountId == account && row.TenantId == tenant.Value)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Role, role), cancellationToken);
        if (changed == 0)
        {
            context.Memberships.Add(new MembershipRow { AccountId = account, TenantId = tenant.Value, Role = role });
            await context.SaveChangesAsync(cancellationToken);
        }
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>No error when there is none.</summary>
    public async Task RemoveAsync(Guid account, TenantId tenant, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await context.Memberships
            .Where(row => row.AccountId == account && row.TenantId == tenant.Value)
            .ExecuteDeleteAsync(cancellationToken);
    }
}

public sealed record Membership(Guid Account, string Email, TenantRole Role);

/// <summary>One account's role in one tenant.</summary>
public sealed record TenantMembership(TenantId Tenant, TenantRole Role);
