using System.Collections.Concurrent;

namespace BackupPortal.Core.Operations;

/// <summary>What runs in this process, and the bell that wakes its worker. Safe for concurrent use.</summary>
internal sealed class RunningOperations : IDisposable
{
    private readonly ConcurrentDictionary<OperationId, OperationRun> _runs = new();
    private readonly SemaphoreSlim _work = new(0);

    public OperationRun? Find(OperationId id) => _runs.GetValueOrDefault(id);

    public void Add(OperationRun run) => _runs[run.Id] = run;

    public void Remove(OperationRun run) => _runs.TryRemove(run.Id, out _);

    public void SignalWork() => _work.Release();

    /// <summary>Ends when there may be work, and at the latest after <paramref name="atMost"/>.</summary>
    public async Task WaitForWorkAsync(TimeSpan atMost, CancellationToken cancellationToken)
    {
        await _work.WaitAsync(atMost, cancellationToken);
        // One look finds all work there is: further rings that came meanwhile are answered by it, too.
        while (_work.CurrentCount > 0 && await _work.WaitAsync(TimeSpan.Zero, cancellationToken))
        {
        }
    }

    public void Dispose() => _work.Dispose();
}
