using BackupPortal.Core.Messages;
using BackupPortal.Core.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace BackupPortal.Core.Catalog;

/// <summary>Keeps each tenant's <see cref="FriendlyNames"/>. Safe for concurrent use.</summary>
public sealed class FriendlyNameStore(IDbContextFactory<CatalogContext> contexts, AuditLog audit)
{
    public async Task<FriendlyNames> GetAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = await context.FriendlyNames.AsNoTracking().Where(row => row.TenantId == tenant.Value).ToListAsync(cancellationToken);
        return new FriendlyNames(rows.Select(Of));
    }

    /// <summary>Sets the names of these tables and columns; others stay as they are. All or none.</summary>
    /// <param name="wanted">Also those whose name is empty: nothing else may be called what they are really called.</param>
    /// <exception cref="InvalidNamesException">With every problem at once.</exception>
    public async Task SaveAsync(TenantId tenant, IReadOnlyCollection<FriendlyName> wanted, string by, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = await context.FriendlyNames.Where(row => row.TenantId == tenant.Value).ToListAsync(cancellationToken);
        var names = FriendlyNameCheck.Run(wanted, [.. rows.Select(Of)]);
        foreach (var one in names)
        {
            var row = rows.Find(row => FriendlyNameCheck.IsSame(Of(row), one));
            if (one.Name.Length == 0)
                Remove(context, row);
            else if (row is null)
                context.FriendlyNames.Add(new FriendlyNameRow { TenantId = tenant.Value, Table = one.Table, Column = one.Column ?? "", Name = one.Name });
            else
                row.Name = one.Name;
        }
        if (!context.ChangeTracker.HasChanges())
            return;
        context.Audit.Add(audit.Entry(tenant, by, new Message("Catalog", "AuditFriendlyNames")));
        await context.SaveChangesAsync(cancellationToken);
    }

    private static void Remove(CatalogContext context, FriendlyNameRow? row)
    {
        if (row is not null)
            context.FriendlyNames.Remove(row);
    }

    private static FriendlyName Of(FriendlyNameRow row) => new(row.Table, row.Column.Length == 0 ? null : row.Column, row.Name);
}
