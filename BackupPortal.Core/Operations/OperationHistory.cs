using BackupPortal.Core.Catalog;
using BackupPortal.Core.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace BackupPortal.Core.Operations;

/// <summary>Operations that are queued, running or over. Every look-up names the tenant: another tenant's operation is not found.</summary>
public sealed class OperationHistory
{
    private readonly IDbContextFactory<CatalogContext> _contexts;
    private readonly OperationStore _store;
    private readonly OperationFeed _feed;

    internal OperationHistory(IDbContextFactory<CatalogContext> contexts, OperationStore store, OperationFeed feed)
    {
        _contexts = contexts;
        _store = store;
        _feed = feed;
    }

    /// <summary>Newest first.</summary>
    public async Task<IReadOnlyList<OperationView>> ListAsync(TenantId tenant, int take, CancellationToken cancellationToken)
    {
        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        var rows = await context.Operations.AsNoTracking()
            .Where(row => row.TenantId == tenant.Value)
            .OrderByDescending(row => row.QueuedUtc).ThenByDescending(row => row.Id)
            .Take(take)
            .ToListAsync(cancellationToken);
        return [.. rows.Select(row => row.ToView())];
    }

    /// <summary>All restores and undos, or whatever kinds are asked for; newest first.</summary>
    public async Task<IReadOnlyList<OperationView>> ListAsync(
        TenantId tenant, IReadOnlyCollection<OperationKind> kinds, CancellationToken cancellationToken)
    {
        var names = kinds.Select(kind => kind.ToString()).ToList();
        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        var rows = await context.Operations.AsNoTracking()
            .Where(row => row.TenantId == tenant.Value && names.Contains(row.Kind))
            .OrderByDescending(row => row.QueuedUtc).ThenByDescending(row => row.Id)
            .ToListAsync(cancellationToken);
        return [.. rows.Select(row => row.ToView())];
    }

    public async Task<OperationView?> FindAsync(TenantId tenant, OperationId id, CancellationToken cancellationToken) =>
        await _store.FindAsync(id, cancellationToken) is { } view && view.Tenant == tenant ? view : null;

    /// <summary>True while an operation of the kind is queued or running.</summary>
    public async Task<bool> AnyOpenAsync(TenantId tenant, OperationKind kind, CancellationToken cancellationToken)
    {
        var name = kind.ToString();
        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        return await context.Operations.AnyAsync(
            row => row.TenantId == tenant.Value && row.Kind == name
                && (row.State == nameof(OperationState.Queued) || row.State == nameof(OperationState.Running)),
            cancellationToken);
    }

    /// <summary>The log, oldest first.</summary>
    public async Task<IReadOnlyList<LogEntry>> ReadLogAsync(TenantId tenant, OperationId id, CancellationToken cancellationToken)
    {
        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        var rows = await context.OperationLogs.AsNoTracking()
            .Where(line => line.OperationId == id.Value
                && context.Operations.Any(row => row.Id == id.Value && row.TenantId == tenant.Value))
            .OrderBy(line => line.Id)
            .ToListAsync(cancellationToken);
        return [.. rows.Select(row => row.ToEntry())];
    }

    /// <summary>Takes a finished operation off the list of what needs attention.</summary>
    public async Task DismissAsync(TenantId tenant, OperationId id, CancellationToken cancellationToken)
    {
        if (await _store.DismissAsync(tenant, id, cancellationToken) && await _store.FindAsync(id, cancellationToken) is { } view)
            _feed.Publish(view);
    }
}
