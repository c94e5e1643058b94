using System.Text.Json;
using BackupPortal.Core.Messages;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Core.Operations;

/// <summary>Runs operations in this process. Safe for concurrent use.</summary>
public sealed partial class OperationRunner
{
    private static readonly TimeSpan CancelPollInterval = TimeSpan.FromMilliseconds(500);

    private readonly OperationStore _store;
    private readonly OperationLookup _lookup;
    private readonly RunningOperations _running;
    private readonly RunnerPresence _presence;
    private readonly TenantLeases _leases;
    private readonly OperationFeed _feed;
    private readonly IServiceScopeFactory _scopes;
    private readonly TimeProvider _time;
    private readonly ILogger<OperationRunner> _logger;

    internal OperationRunner(
        OperationStore store, OperationLookup lookup, RunningOperations running, RunnerPresence presence, TenantLeases leases, OperationFeed feed,
        IServiceScopeFactory scopes, TimeProvider time, ILogger<OperationRunner> logger)
    {
        _store = store;
        _lookup = lookup;
        _running = running;
        _presence = presence;
        _leases = leases;
        _feed = feed;
        _scopes = scopes;
        _time = time;
        _logger = logger;
    }

    /// <summary>
    /// Runs work here and now, for the command line: no other process ever takes it over. Waits for the tenant's lease.
    /// </summary>
    /// <param name="onWaiting">Called once when it must wait, with what runs on the tenant now (null: nothing that the catalog knows of).</param>
    /// <param name="cancellationToken">Cancels the operation, as a person would; it is honoured until the commit begins.</param>
    /// <returns>How it ended; failures are in the view, not thrown.</returns>
    public async Task<OperationView> RunNowAsync(
        Tenant tenant, OperationKind kind, string arguments, string requestedBy, Action<OperationView?>? onWaiting, CancellationToken cancellationToken)
    {
        _presence.Show();
        var queued = await _store.InsertAsync(tenant.Id, kind, arguments, requestedBy, _presence.Id, cancellationToken);
        _feed.Publish(queued);
        using var lease = await WaitForLeaseAsync(tenant, queued.Id, onWaiting, cancellationToken);
        return lease is null
            ? await CancelledAsync(queued)
            : await RunAsync(tenant, queued, lease, OperationState.Cancelled, cancellationToken) ?? await CancelledAsync(queued);
    }

    /// <summary>Claims and runs a queued operation.</summary>
    /// <param name="whenStopped">What an operation that <paramref name="stop"/> broke off is then called.</param>
    /// <returns>Null when someone else was first.</returns>
    internal async Task<OperationView?> RunAsync(
        Tenant tenant, OperationView queued, TenantLease lease, OperationState whenStopped, CancellationToken stop)
    {
        if (lease.Tenant != tenant.Id || queued.Tenant != tenant.Id)
            throw new ArgumentException("Lease, operation and tenant must belong together.", nameof(lease));
        await using var scope = _scopes.CreateAsyncScope();
        var handler = scope.ServiceProvider.GetServices<IOperationHandler>().SingleOrDefault(one => one.Kind == queued.Kind);
        if (await _store.ClaimAsync(queued.Id, _presence.Id, PhasesOf(handler, queued.Arguments), CancellationToken.None) is not { } started)
            return null;
        await using var run = new OperationRun(started, _store, _feed, _time, _logger);
        _running.Add(run);
        try
        {
            using var stopping = stop.Register(static state => _ = ((OperationRun)state!).CancelAsync(), run);
            var end = await HandleAsync(handler, tenant, started, run, whenStopped, stop);
            return await run.EndAsync(end);
        }
        finally
        {
            _running.Remove(run);
        }
    }

    private static IReadOnlyList<OperationPhase> PhasesOf(IOperationHandler? handler, string arguments)
    {
        try
        {
            return handler?.PhasesFor(arguments) ?? [];
        }
        catch (JsonException)
        {
            // What is wrong with them, the run itself tells.
            return handler!.Phases;
        }
    }

    private async Task<OperationEnd> HandleAsync(
        IOperationHandler? handler, Tenant tenant, OperationView started, OperationRun run, OperationState whenStopped, CancellationToken stop)
    {
        try
        {
            if (handler is null)
                throw new PortalException(new Message("Operations", "NoHandler", started.Kind.ToString()));
            var context = new OperationContext(started.Id, tenant, started.Arguments, started.RequestedBy, run);
            return new OperationEnd(OperationState.Succeeded, await handler.RunAsync(context, run.CancellationToken));
        }
        catch (OperationCanceledException) when (run.CancellationToken.IsCancellationRequested)
        {
            return stop.IsCancellationRequested && whenStopped == OperationState.Interrupted
                ? new OperationEnd(whenStopped, Error: new Message("Operations", "StoppedWithProgram"), Hint: new Message("Operations", "RepeatHint"))
                : new OperationEnd(OperationState.Cancelled, Error: new Message("Operations", "CancelledRunning"));
        }
        catch (PortalException given)
        {
            Log.GivenUp(_logger, given, started.Kind, started.Id, tenant.Slug);
            run.Log(LogSeverity.Error, given.What);
            return new OperationEnd(OperationState.Failed, (given as FailedOperationException)?.Outcome, given.What, given.Hint);
        }
        catch (Exception unexpected)
        {
            Log.Unexpected(_logger, unexpected, started.Kind, started.Id, tenant.Slug);
            var what = new Message("Operations", "Unexpected", started.Id.ToString());
            run.Log(LogSeverity.Error, what);
            return new OperationEnd(OperationState.Failed, Error: what, Hint: new Message("Operations", "UnexpectedHint"));
        }
    }

    /// <summary>Null when the operation was cancelled before its turn came.</summary>
    private async Task<TenantLease?> WaitForLeaseAsync(
        Tenant tenant, OperationId id, Action<OperationView?>? onWaiting, CancellationToken cancellationToken)
    {
        if (_leases.TryAcquire(tenant, id) is { } free)
            return free;
        onWaiting?.Invoke(await _lookup.FindRunningAsync(tenant.Id, CancellationToken.None));
        using var cancelled = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var ended = new CancellationTokenSource();
        var watch = CancelWhenTakenBackAsync(id, cancelled, ended.Token);
        try
        {
            return await _leases.AcquireAsync(tenant, id, cancelled.Token);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
        finally
        {
            await ended.CancelAsync();
            await watch;
        }
    }

    private async Task CancelWhenTakenBackAsync(OperationId id, CancellationTokenSource cancel, CancellationToken ended)
    {
        try
        {
            while (await _store.FindAsync(id, ended) is { State: OperationState.Queued })
                await Task.Delay(CancelPollInterval, _time, ended);
            await cancel.CancelAsync();
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // Its turn has come: from here on the run itself looks for a cancel.
        }
    }

    private async Task<OperationView> CancelledAsync(OperationView queued)
    {
        await _store.CancelQueuedAsync(queued.Tenant, queued.Id, CancellationToken.None);
        var view = await _store.FindAsync(queued.Id, CancellationToken.None) ?? queued;
        _feed.Publish(view);
        return view;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "{Kind} {Operation} of {Tenant} was given up.")]
        public static partial void GivenUp(ILogger logger, Exception given, OperationKind kind, OperationId operation, TenantSlug tenant);

        [LoggerMessage(Level = LogLevel.Error, Message = "{Kind} {Operation} of {Tenant} failed unexpectedly.")]
        public static partial void Unexpected(ILogger logger, Exception unexpected, OperationKind kind, OperationId operation, TenantSlug tenant);
    }
}
