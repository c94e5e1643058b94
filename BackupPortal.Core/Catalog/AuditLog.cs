using BackupPortal.Core.Messages;
using BackupPortal.Core.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace BackupPortal.Core.Catalog;

/// <summary>Who did what to which tenant, and when. Safe for concurrent use.</summary>
public sealed class AuditLog(IDbContextFactory<CatalogContext> contexts, TimeProvider time)
{
    /// <param name="tenant">Null for what concerns the whole host.</param>
    /// <param name="by">Who did it: an e-mail address, or how the program was used (<c>command line</c>).</param>
    public async Task WriteAsync(TenantId? tenant, string by, Message what, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        context.Audit.Add(Entry(tenant, by, what));
        await context.SaveChangesAsync(cancellationToken);
    }

    /// <summary>Newest first.</summary>
    /// <param name="tenant">Null for everything.</param>
    public async Task<IReadOnlyList<AuditEntry>> ListAsync(TenantId? tenant, int take, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var id = tenant?.Value;
        var rows = await context.Audit.AsNoTracking()
            .Where(row => id == null || row.TenantId == id)
            .OrderByDescending(row => row.Id)
            .Take(take)
            .ToListAsync(cancellationToken);
        return [.. rows.Select(row => new AuditEntry(
            row.AtUtc, row.TenantId is { } value ? new TenantId(value) : null, row.By, Message.FromJson(row.What)))];
    }

    /// <summary>For writing it in the same transaction as what it tells of.</summary>
    internal AuditRow Entry(TenantId? tenant, string by, Message what) =>
        new() { AtUtc = time.GetUtcNow(), By = by, TenantId = tenant?.Value, What = what.ToJson() };
}

public sealed record AuditEntry(DateTimeOffset AtUtc, TenantId? Tenant, string By, Message What);
