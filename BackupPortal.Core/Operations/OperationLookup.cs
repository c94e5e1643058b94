using BackupPortal.Core.Catalog;
using BackupPortal.Core.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace BackupPortal.Core.Operations;

/// <summary>Looks over all tenants for what is under way and what has changed. Safe for concurrent use.</summary>
internal sealed class OperationLookup(IDbContextFactory<CatalogContext> contexts)
{
    /// <summary>
    /// Whether anything is queued or running. Plain SQL: every command asks it when it starts, and EF would take longer to prepare its query than all the
    /// rest takes.
    /// </summary>
    public async Task<bool> IsAnyOpenAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await context.Database.OpenConnectionAsync(cancellationToken);
        await using var command = context.Database.GetDbConnection().CreateCommand();
        command.CommandText = $"SELECT EXISTS (SELECT 1 FROM operations WHERE State IN ('{nameof(OperationState.Queued)}', '{nameof(OperationState.Running)}'))";
        return await command.ExecuteScalarAsync(cancellationToken) is 1L;
    }

    /// <summary>What is queued or running, the oldest first.</summary>
    public async Task<IReadOnlyList<OpenOperation>> ListOpenAsync(OperationState state, CancellationToken cancellationToken)
    {
        var name = state.ToString();
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Operations
            .Where(row => row.State == name)
            .OrderBy(row => row.QueuedUtc).ThenBy(row => row.Id)
            .Select(row => new OpenOperation(new OperationId(row.Id), new TenantId(row.TenantId), row.Runner))
            .ToListAsync(cancellationToken);
    }

    public async Task<OperationView?> FindRunningAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var row = await context.Operations.AsNoTracking()
            .Where(row => row.TenantId == tenant.Value && row.State == nameof(OperationState.Running))
            .OrderByDescending(row => row.QueuedUtc)
            .FirstOrDefaultAsync(cancellationToken);
        return row?.ToView();
    }

    /// <summary>Every row that changed after <paramref name="change"/>, in the order of their latest changes.</summary>
    public async Task<IReadOnlyList<ChangedOperation>> ListChangedAsync(long change, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = await context.Operations.AsNoTracking()
            .Where(row => row.Change > change)
            .OrderBy(row => row.Change)
            .ToListAsync(cancellationToken);
        return [.. rows.Select(row => new ChangedOperation(row.ToView(), row.Runner, row.Change))];
    }

    public async Task<long> HighestChangeAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Operations.MaxAsync(row => (long?)row.Change, cancellationToken) ?? 0;
    }
}

internal sealed record OpenOperation(OperationId Id, TenantId Tenant, Guid? Runner);

internal sealed record ChangedOperation(OperationView View, Guid? Runner, long Change);
