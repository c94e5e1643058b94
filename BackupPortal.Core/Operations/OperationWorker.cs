using BackupPortal.Core.Catalog;
using BackupPortal.Core.Tenancy;
using Microsoft.Extensions.Options;

namespace BackupPortal.Core.Operations;

/// <summary>The portal's worker: takes queued operations, the oldest first, one a tenant and several tenants at once. One a process.</summary>
public sealed partial class OperationWorker
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan RecoveryInterval = TimeSpan.FromSeconds(5);

    private readonly OperationStore _store;
    private readonly OperationLookup _lookup;
    private readonly RunningOperations _running;
    private readonly OperationRunner _runner;
    private readonly OperationRecovery _recovery;
    private readonly TenantLeases _leases;
    private readonly TenantStore _tenants;
    private readonly RunnerPresence _presence;
    private readonly int _parallelism;
    private readonly TimeProvider _time;
    private readonly ILogger<OperationWorker> _logger;
    private readonly Dictionary<TenantId, Task> _busy = [];

    internal OperationWorker(
        OperationStore store, OperationLookup lookup, RunningOperations running, OperationRunner runner, OperationRecovery recovery,
        TenantLeases leases, TenantStore tenants, RunnerPresence presence,
        IOptions<OperationOptions> options, TimeProvider time, ILogger<OperationWorker> logger)
    {
        _store = store;
        _lookup = lookup;
        _running = running;
        _runner = runner;
        _recovery = recovery;
        _leases = leases;
        _tenants = tenants;
        _presence = presence;
        _parallelism = options.Value.Parallelism;
        _time = time;
        _logger = logger;
    }

    /// <summary>
    /// Works until <paramref name="stopping"/>. Then what has not begun to commit is broken off (and called interrupted), the rest is finished first.
    /// </summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        _presence.Show();
        var recoveredAt = _time.GetTimestamp();
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await StartWhatCanStartAsync(stopping);
                if (_time.GetElapsedTime(recoveredAt) >= RecoveryInterval)
                {
                    await _recovery.RunAsync(stopping);
                    recoveredAt = _time.GetTimestamp();
                }
                await _running.WaitForWorkAsync(PollInterval, stopping);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                break;
            }
            catch (Exception fault)
            {
                // The catalog may be back soon; a worker that gave up would stop every tenant's backups.
                Log.LookFailed(_logger, fault);
                await Task.Delay(RecoveryInterval, _time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        await Task.WhenAll(_busy.Values);
    }

    private async Task StartWhatCanStartAsync(CancellationToken stopping)
    {
        foreach (var over in _busy.Where(one => one.Value.IsCompleted).Select(one => one.Key).ToList())
            _busy.Remove(over);
        // The oldest of each tenant decides: when another process keeps it for itself, what came later waits behind it.
        foreach (var next in (await _lookup.ListOpenAsync(OperationState.Queued, stopping)).DistinctBy(one => one.Tenant))
        {
            if (_busy.Count >= _parallelism)
                return;
            if (next.Runner is null && !_busy.ContainsKey(next.Tenant) && await _tenants.FindAsync(next.Tenant, stopping) is { } tenant)
                Start(tenant, next.Id, stopping);
        }
    }

    private void Start(Tenant tenant, OperationId id, CancellationToken stopping)
    {
        if (_leases.TryAcquire(tenant, id) is { } lease)
            _busy[tenant.Id] = Task.Run(() => RunOneAsync(tenant, id, lease, stopping), CancellationToken.None);
    }

    private async Task RunOneAsync(Tenant tenant, OperationId id, TenantLease lease, CancellationToken stopping)
    {
        try
        {
            if (await _store.FindAsync(id, CancellationToken.None) is { State: OperationState.Queued } queued && !stopping.IsCancellationRequested)
                await _runner.RunAsync(tenant, queued, lease, OperationState.Interrupted, stopping);
        }
        catch (Exception fault)
        {
            Log.RunFailed(_logger, fault, id);
        }
        finally
        {
            lease.Dispose();
            _running.SignalWork();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "The worker could not look for work; it tries again.")]
        public static partial void LookFailed(ILogger logger, Exception fault);

        [LoggerMessage(Level = LogLevel.Error, Message = "Operation {Operation} could not be started or ended properly.")]
        public static partial void RunFailed(ILogger logger, Exception fault, OperationId operation);
    }
}
