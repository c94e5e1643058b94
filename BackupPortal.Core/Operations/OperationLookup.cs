using BackupPortal.Core.Catalog;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Core.Operations;

/// <summary>Looks over all tenants for what is under way and what has changed. Safe for concurrent use.</summary>
internal sealed class OperationLookup(CatalogSql sql)
{
    /// <summary>Whether anything is queued or running.</summary>
    public async Task<bool> IsAnyOpenAsync(CancellationToken cancellationToken) => await sql.ScalarAsync(
        new SqlStatement($"SELECT EXISTS (SELECT 1 FROM operations WHERE State IN ('{nameof(OperationState.Queued)}', '{nameof(OperationState.Running)}'))"),
        cancellationToken) is 1L;

    /// <summary>What is queued or running, the oldest first.</summary>
    public Task<List<OpenOperation>> ListOpenAsync(OperationState state, CancellationToken cancellationToken) => sql.QueryAsync(
        new SqlStatement("SELECT Id, TenantId, Runner FROM operations WHERE State = @state ORDER BY QueuedUtc, Id", ("@state", state.ToString())),
        reader => new OpenOperation(
            new OperationId(reader.GetGuid(0)), new TenantId(reader.GetGuid(1)), reader.IsDBNull(2) ? null : reader.GetGuid(2)),
        cancellationToken);

    public async Task<OperationView?> FindRunningAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        var statement = new SqlStatement(
            $"""
            SELECT {CatalogReading.OperationColumns} FROM operations
            WHERE TenantId = @tenant AND State = '{nameof(OperationState.Running)}' ORDER BY QueuedUtc DESC LIMIT 1
            """,
            ("@tenant", tenant.Value));
        return (await sql.QueryAsync(statement, CatalogReading.ReadOperation, cancellationToken)).SingleOrDefault()?.ToView();
    }

    /// <summary>Every row that changed after <paramref name="change"/>, in the order of their latest changes.</summary>
    public async Task<IReadOnlyList<ChangedOperation>> ListChangedAsync(long change, CancellationToken cancellationToken)
    {
        var statement = new SqlStatement(
            $"SELECT {CatalogReading.OperationColumns} FROM operations WHERE Change > @change ORDER BY Change", ("@change", change));
        var rows = await sql.QueryAsync(statement, CatalogReading.ReadOperation, cancellationToken);
        return [.. rows.Select(row => new ChangedOperation(row.ToView(), row.Runner, row.Change))];
    }

    public async Task<long> HighestChangeAsync(CancellationToken cancellationToken) =>
        await sql.ScalarAsync(new SqlStatement("SELECT max(Change) FROM operations"), cancellationToken) as long? ?? 0;
}

internal sealed record OpenOperation(OperationId Id, TenantId Tenant, Guid? Runner);

internal sealed record ChangedOperation(OperationView View, Guid? Runner, long Change);
