using BackupPortal.Core.Maintenance;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.MaintenanceMode;

/// <summary>
/// Counts what is under way for each tenant's ordinary users in this process: requests and circuits' events. Safe for concurrent use.
/// </summary>
/// <remarks>
/// Whoever wants in first enters and then looks whether the tenant is open. So once maintenance mode is on, everything that saw it off is counted,
/// and the count reaching zero once means that nothing of it is left.
/// </remarks>
internal sealed class TenantTraffic : IMaintenanceFence
{
    private static readonly TimeSpan TimeToEnd = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private readonly Dictionary<TenantId, Count> counts = [];

    /// <summary>Dispose when it is over.</summary>
    public TenantVisit Enter(TenantId tenant)
    {
        lock (gate)
        {
            if (!counts.TryGetValue(tenant, out var count))
                counts.Add(tenant, count = new Count());
            count.UnderWay++;
            return new TenantVisit(() => Leave(tenant), count.Ending.Token);
        }
    }

    public async Task<bool> WaitUntilClearAsync(TenantId tenant, TimeSpan atMost, CancellationToken cancellationToken)
    {
        Task cleared;
        lock (gate)
        {
            if (!counts.TryGetValue(tenant, out var count))
                return true;
            cleared = count.Cleared.Task;
        }
        if (await EndsInTimeAsync(cleared, atMost, cancellationToken))
            return true;
        BreakOff(tenant);
        return await EndsInTimeAsync(cleared, TimeToEnd, cancellationToken);
    }

    private static async Task<bool> EndsInTimeAsync(Task cleared, TimeSpan atMost, CancellationToken cancellationToken)
    {
        try
        {
            await cleared.WaitAsync(atMost, cancellationToken);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    // Who comes in later belongs to another time, and is not broken off with these.
    private void BreakOff(TenantId tenant)
    {
        CancellationTokenSource? those = null;
        lock (gate)
        {
            if (counts.TryGetValue(tenant, out var count))
                (those, count.Ending) = (count.Ending, new CancellationTokenSource());
        }
        those?.Cancel();
    }

    private void Leave(TenantId tenant)
    {
        lock (gate)
        {
            var count = counts[tenant];
            if (--count.UnderWay > 0)
                return;
            counts.Remove(tenant);
            count.Cleared.SetResult();
        }
    }

    private sealed class Count
    {
        public int UnderWay { get; set; }

        public CancellationTokenSource Ending { get; set; } = new();

        public TaskCompletionSource Cleared { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

/// <summary>Something that is under way for an ordinary user. Dispose it when it is over.</summary>
/// <param name="ending">Cancelled when it is no longer waited for.</param>
internal sealed class TenantVisit(Action leave, CancellationToken ending) : IDisposable
{
    private int ends;

    public CancellationToken Ending { get; } = ending;

    public void Dispose()
    {
        if (Interlocked.Increment(ref ends) == 1)
            leave();
    }
}
