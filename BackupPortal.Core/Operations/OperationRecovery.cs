using BackupPortal.Core.Catalog;
using BackupPortal.Core.Messages;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Core.Operations;

/// <summary>
/// Finds operations whose process is gone and tells the truth about them. Runs at every start, after open restore journals were dealt with, and now and
/// then in the portal. Safe for concurrent use, also by several processes.
/// </summary>
public sealed partial class OperationRecovery
{
    private readonly OperationStore _store;
    private readonly OperationLookup _lookup;
    private readonly RunningOperations _running;
    private readonly RunnerPresence _presence;
    private readonly TenantLeases _leases;
    private readonly TenantStore _tenants;
    private readonly OperationFeed _feed;
    private readonly IServiceScopeFactory _scopes;
    private readonly ILogger<OperationRecovery> _logger;

    internal OperationRecovery(
        OperationStore store, OperationLookup lookup, RunningOperations running, RunnerPresence presence, TenantLeases leases, TenantStore tenants, OperationFeed feed,
        IServiceScopeFactory scopes, ILogger<OperationRecovery> logger)
    {
        _store = store;
        _lookup = lookup;
        _running = running;
        _presence = presence;
        _leases = leases;
        _tenants = tenants;
        _feed = feed;
        _scopes = scopes;
        _logger = logger;
    }

    /// <summary>
    /// A running operation whose tenant's lease is free is interrupted, and so is a queued one that a process had put aside for itself before it went.
    /// </summary>
    /// <returns>How many operations were found and settled.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        if (!await _lookup.IsAnyOpenAsync(cancellationToken))
            return 0;
        var settled = 0;
        foreach (var waiting in await _lookup.ListOpenAsync(OperationState.Queued, cancellationToken))
        {
            if (waiting.Runner is { } runner && !_presence.IsAlive(runner) && await InterruptAsync(waiting.Id, "InterruptedQueued", cancellationToken))
                settled++;
        }
        foreach (var open in await _lookup.ListOpenAsync(OperationState.Running, cancellationToken))
        {
            if (_running.Find(open.Id) is null && await TryRecoverAsync(open, cancellationToken))
                settled++;
        }
        return settled;
    }

    /// <summary>Writes how an operation ended whose process is gone. The caller holds the tenant's lease.</summary>
    /// <param name="revises">True for work that was still open after its operation had ended as failed: now it is known how it really ended.</param>
    /// <returns>False when it has ended already.</returns>
    public Task<bool> SettleAsync(
        OperationId id, OperationState state, OperationOutcome? outcome, Message? error, Message? hint, CancellationToken cancellationToken,
        bool revises = false) =>
        EndAsync(id, new OperationEnd(state, outcome, error, hint), cancellationToken, revises);

    // What one school's disk refuses must not leave the others unrecovered. The row stays as it is, and is looked at again.
    private async Task<bool> TryRecoverAsync(OpenOperation open, CancellationToken cancellationToken)
    {
        try
        {
            return await RecoverAsync(open, cancellationToken);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            Log.NotRecovered(_logger, fault, open.Id);
            return false;
        }
    }

    private async Task<bool> RecoverAsync(OpenOperation open, CancellationToken cancellationToken)
    {
        if (await _tenants.FindAsync(open.Tenant, cancellationToken) is not { } tenant)
            return false;
        using var lease = _leases.TryAcquire(tenant, operation: null);
        // It may have ended, and given the lease back, since the rows were read.
        if (lease is null || await _store.FindAsync(open.Id, cancellationToken) is not { State: OperationState.Running })
            return false;
        await using var scope = _scopes.CreateAsyncScope();
        foreach (var recovery in scope.ServiceProvider.GetServices<ICrashRecovery>())
            await recovery.RecoverAsync(tenant, lease, cancellationToken);
        await InterruptAsync(open.Id, "InterruptedRunning", cancellationToken);
        Log.Recovered(_logger, open.Id, tenant.Slug);
        return true;
    }

    private Task<bool> InterruptAsync(OperationId id, string text, CancellationToken cancellationToken) => EndAsync(
        id,
        new OperationEnd(OperationState.Interrupted, Error: new Message("Operations", text), Hint: new Message("Operations", "RepeatHint")),
        cancellationToken);

    private async Task<bool> EndAsync(OperationId id, OperationEnd end, CancellationToken cancellationToken, bool revises = false)
    {
        var settled = await _store.EndAsync(id, end, progress: null, [], cancellationToken, revises);
        if (settled && await _store.FindAsync(id, cancellationToken) is { } view)
            _feed.Publish(view);
        return settled;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "Operation {Operation}, left by a process that is gone, could not be settled; it is tried again.")]
        public static partial void NotRecovered(ILogger logger, Exception fault, OperationId operation);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Operation {Operation} of {Tenant} was left by a process that is gone; it is settled now.")]
        public static partial void Recovered(ILogger logger, OperationId operation, TenantSlug tenant);
    }
}
