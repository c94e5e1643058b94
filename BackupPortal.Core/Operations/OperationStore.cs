using BackupPortal.Core.Catalog;
using BackupPortal.Core.Messages;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Core.Operations;

/// <summary>
/// Operations in the catalog. Each change of state is one conditional statement, so that of several processes exactly one makes it. Safe for
/// concurrent use.
/// </summary>
internal sealed class OperationStore(CatalogSql sql, TimeProvider time)
{
    private const string IsQueued = $"State = '{nameof(OperationState.Queued)}'";
    private const string IsRunning = $"State = '{nameof(OperationState.Running)}'";

    // The number comes from the same statement that writes the row: whoever writes later has the higher one.
    private const string Changed = "Change = (SELECT max(Change) + 1 FROM operations)";

    /// <param name="runner">The process that will run it; null for whoever comes first.</param>
    public async Task<OperationView> InsertAsync(
        TenantId tenant, OperationKind kind, string arguments, string requestedBy, Guid? runner, CancellationToken cancellationToken)
    {
        var statement = new SqlStatement(
            $"""
            INSERT INTO operations (Id, TenantId, Kind, State, Arguments, RequestedBy, QueuedUtc, Phases, CanCancel, CancelRequested, Dismissed, Runner, Change)
            VALUES (@id, @tenant, @kind, '{nameof(OperationState.Queued)}', @arguments, @by, @now, '', 1, 0, 0, @runner,
                (SELECT coalesce(max(Change), 0) + 1 FROM operations))
            RETURNING {CatalogReading.OperationColumns}
            """,
            ("@id", OperationId.Create().Value), ("@tenant", tenant.Value), ("@kind", kind.ToString()), ("@arguments", arguments), ("@by", requestedBy),
            ("@now", time.GetUtcNow()), ("@runner", runner));
        return (await sql.QueryAsync(statement, CatalogReading.ReadOperation, cancellationToken)).Single().ToView();
    }

    /// <summary>Makes a queued operation a running one of this process.</summary>
    /// <returns>Null when it is no longer queued, or another process will run it.</returns>
    public async Task<OperationView?> ClaimAsync(
        OperationId id, Guid runner, IReadOnlyList<OperationPhase> phases, CancellationToken cancellationToken)
    {
        var statement = new SqlStatement(
            $"""
            UPDATE operations SET State = '{nameof(OperationState.Running)}', Runner = @runner, StartedUtc = @now, Phases = @phases, {Changed}
            WHERE Id = @id AND {IsQueued} AND (Runner IS NULL OR Runner = @runner)
            RETURNING {CatalogReading.OperationColumns}
            """,
            ("@id", id.Value), ("@runner", runner), ("@now", time.GetUtcNow()), ("@phases", phases.ToText()));
        return (await sql.QueryAsync(statement, CatalogReading.ReadOperation, cancellationToken)).SingleOrDefault()?.ToView();
    }

    /// <summary>Keeps what was told since the last time.</summary>
    public Task KeepAsync(OperationId id, OperationProgress progress, IReadOnlyList<LogEntry> lines, CancellationToken cancellationToken) => sql.ExecuteAllAsync(
        [
            .. Lines(id, lines),
            new SqlStatement(
                $"UPDATE operations SET Progress = @progress, {Changed} WHERE Id = @id AND {IsRunning}", ("@id", id.Value), ("@progress", progress.ToJson())),
        ],
        cancellationToken);

    /// <summary>True when somebody asks a running operation to stop.</summary>
    public async Task<bool> IsCancelRequestedAsync(OperationId id, CancellationToken cancellationToken) =>
        await sql.ScalarAsync(new SqlStatement("SELECT CancelRequested FROM operations WHERE Id = @id", ("@id", id.Value)), cancellationToken) is 1L;

    /// <summary>Closes the door to a cancel. Not asynchronous: it decides between a cancel and a commit right where the commit begins.</summary>
    /// <returns>False when a cancel came first.</returns>
    public bool TryBeginCommit(OperationId id) => sql.Execute(new SqlStatement(
        $"UPDATE operations SET CanCancel = 0, {Changed} WHERE Id = @id AND {IsRunning} AND CancelRequested = 0", ("@id", id.Value))) == 1;

    /// <summary>Keeps the last lines and, of an operation that has no end yet, the end.</summary>
    /// <param name="progress">Null to leave what was kept last.</param>
    /// <param name="revises">Takes the place of the end that it has.</param>
    /// <returns>False when it had one.</returns>
    public async Task<bool> EndAsync(
        OperationId id, OperationEnd end, OperationProgress? progress, IReadOnlyList<LogEntry> lines, CancellationToken cancellationToken, bool revises = false) =>
        await sql.ExecuteAllAsync(
            [
                .. Lines(id, lines),
                new SqlStatement(
                    $"""
                    UPDATE operations SET State = @state, EndedUtc = @now, Progress = coalesce(@progress, Progress), Outcome = @outcome, Error = @error,
                        Hint = @hint, CanCancel = 0, {Changed}
                    WHERE Id = @id AND (@revises OR {IsRunning} OR {IsQueued})
                    """,
                    ("@id", id.Value), ("@revises", revises), ("@state", end.State.ToString()), ("@now", time.GetUtcNow()), ("@progress", progress?.ToJson()),
                    ("@outcome", end.Outcome?.ToJson()), ("@error", end.Error?.ToJson()), ("@hint", end.Hint?.ToJson())),
            ],
            cancellationToken) == 1;

    /// <summary>Takes a queued operation back. False when it is no longer queued.</summary>
    public Task<bool> CancelQueuedAsync(TenantId tenant, OperationId id, CancellationToken cancellationToken) => UpdateAsync(
        $"""
        UPDATE operations SET State = '{nameof(OperationState.Cancelled)}', EndedUtc = @now, Error = @why, CanCancel = 0, {Changed}
        WHERE Id = @id AND TenantId = @tenant AND {IsQueued}
        """,
        cancellationToken,
        ("@id", id.Value), ("@tenant", tenant.Value), ("@now", time.GetUtcNow()), ("@why", new Message("Operations", "CancelledQueued").ToJson()));

    /// <summary>Asks a running operation to stop. False when it no longer can.</summary>
    public Task<bool> RequestCancelAsync(TenantId tenant, OperationId id, CancellationToken cancellationToken) => UpdateAsync(
        $"UPDATE operations SET CancelRequested = 1, {Changed} WHERE Id = @id AND TenantId = @tenant AND {IsRunning} AND CanCancel = 1",
        cancellationToken,
        ("@id", id.Value), ("@tenant", tenant.Value));

    public Task<bool> DismissAsync(TenantId tenant, OperationId id, CancellationToken cancellationToken) => UpdateAsync(
        $"UPDATE operations SET Dismissed = 1, {Changed} WHERE Id = @id AND TenantId = @tenant AND NOT ({IsRunning} OR {IsQueued})",
        cancellationToken,
        ("@id", id.Value), ("@tenant", tenant.Value));

    public async Task<OperationView?> FindAsync(OperationId id, CancellationToken cancellationToken)
    {
        var statement = new SqlStatement($"SELECT {CatalogReading.OperationColumns} FROM operations WHERE Id = @id", ("@id", id.Value));
        return (await sql.QueryAsync(statement, CatalogReading.ReadOperation, cancellationToken)).SingleOrDefault()?.ToView();
    }

    private static IEnumerable<SqlStatement> Lines(OperationId id, IEnumerable<LogEntry> lines) => lines.Select(line => new SqlStatement(
        "INSERT INTO operation_logs (OperationId, TimeUtc, Severity, Text) VALUES (@id, @time, @severity, @text)",
        ("@id", id.Value), ("@time", line.TimeUtc), ("@severity", line.Severity.ToString()), ("@text", line.Text.ToJson())));

    private async Task<bool> UpdateAsync(string text, CancellationToken cancellationToken, params (string, object?)[] values) =>
        await sql.ExecuteAsync(new SqlStatement(text, values), cancellationToken) == 1;
}

/// <summary>How an operation ended.</summary>
internal sealed record OperationEnd(OperationState State, OperationOutcome? Outcome = null, Message? Error = null, Message? Hint = null);
