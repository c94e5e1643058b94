using BackupPortal.Core.Catalog;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Core.Operations;

/// <summary>Operations that are queued, running or over. Every look-up names the tenant: another tenant's operation is not found.</summary>
public sealed class OperationHistory
{
    private const string OfTenant = $"SELECT {CatalogReading.OperationColumns} FROM operations WHERE TenantId = @tenant";
    private const string NewestFirst = "ORDER BY QueuedUtc DESC, Id DESC";

    private readonly CatalogSql _sql;
    private readonly OperationStore _store;
    private readonly OperationFeed _feed;

    internal OperationHistory(CatalogSql sql, OperationStore store, OperationFeed feed)
    {
        _sql = sql;
        _store = store;
        _feed = feed;
    }

    /// <summary>Newest first.</summary>
    public Task<IReadOnlyList<OperationView>> ListAsync(TenantId tenant, int take, CancellationToken cancellationToken) => ListAsync(
        new SqlStatement($"{OfTenant} {NewestFirst} LIMIT @take", ("@tenant", tenant.Value), ("@take", take)), cancellationToken);

    /// <summary>Newest first, from right after a place on.</summary>
    /// <param name="after">The last that was shown; null from the newest on.</param>
    public Task<IReadOnlyList<OperationView>> ListAsync(TenantId tenant, OperationPlace? after, int take, CancellationToken cancellationToken) => after is null
        ? ListAsync(tenant, take, cancellationToken)
        : ListAsync(
            new SqlStatement(
                $"{OfTenant} AND (QueuedUtc, Id) < (@queued, @id) {NewestFirst} LIMIT @take",
                ("@tenant", tenant.Value), ("@queued", after.QueuedUtc), ("@id", after.Id.Value), ("@take", take)),
            cancellationToken);

    /// <summary>All restores and undos, or whatever kinds are asked for; newest first.</summary>
    public Task<IReadOnlyList<OperationView>> ListAsync(
        TenantId tenant, IReadOnlyCollection<OperationKind> kinds, CancellationToken cancellationToken)
    {
        (string Name, object? Value)[] values = [.. kinds.Select((kind, index) => ($"@kind{index}", (object?)kind.ToString()))];
        var names = string.Join(", ", values.Select(value => value.Name));
        return ListAsync(
            new SqlStatement($"{OfTenant} AND Kind IN ({names}) {NewestFirst}", [("@tenant", tenant.Value), .. values]), cancellationToken);
    }

    public async Task<OperationView?> FindAsync(TenantId tenant, OperationId id, CancellationToken cancellationToken) =>
        await _store.FindAsync(id, cancellationToken) is { } view && view.Tenant == tenant ? view : null;

    /// <summary>True while an operation of the kind is queued or running.</summary>
    public async Task<bool> AnyOpenAsync(TenantId tenant, OperationKind kind, CancellationToken cancellationToken)
    {
        var statement = new SqlStatement(
            $"""
            SELECT EXISTS (SELECT 1 FROM operations WHERE TenantId = @tenant AND Kind = @kind
                AND State IN ('{nameof(OperationState.Queued)}', '{nameof(OperationState.Running)}'))
            """,
            ("@tenant", tenant.Value), ("@kind", kind.ToString()));
        return await _sql.ScalarAsync(statement, cancellationToken) is 1L;
    }

    /// <summary>The log, oldest first.</summary>
    public async Task<IReadOnlyList<LogEntry>> ReadLogAsync(TenantId tenant, OperationId id, CancellationToken cancellationToken)
    {
        var statement = new SqlStatement(
            $"""
            SELECT {CatalogReading.LogColumns} FROM operation_logs
            WHERE OperationId = @id AND EXISTS (SELECT 1 FROM operations WHERE Id = @id AND TenantId = @tenant) ORDER BY Id
            """,
            ("@id", id.Value), ("@tenant", tenant.Value));
        var rows = await _sql.QueryAsync(statement, CatalogReading.ReadLogLine, cancellationToken);
        return [.. rows.Select(row => row.ToEntry())];
    }

    /// <summary>Takes a finished operation off the list of what needs attention.</summary>
    public async Task DismissAsync(TenantId tenant, OperationId id, CancellationToken cancellationToken)
    {
        if (await _store.DismissAsync(tenant, id, cancellationToken) && await _store.FindAsync(id, cancellationToken) is { } view)
            _feed.Publish(view);
    }

    private async Task<IReadOnlyList<OperationView>> ListAsync(SqlStatement statement, CancellationToken cancellationToken)
    {
        var rows = await _sql.QueryAsync(statement, CatalogReading.ReadOperation, cancellationToken);
        return [.. rows.Select(row => row.ToView())];
    }
}

/// <summary>Where an operation stands in a list.</summary>
public sealed record OperationPlace(DateTimeOffset QueuedUtc, OperationId Id);
