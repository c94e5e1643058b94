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
    private readonly Lock gate = new();
    private readonly Dictionary<TenantId, Count> counts = [];

    /// <summary>Dispose when it is over.</summary>
    public IDisposable Enter(TenantId tenant)
    {
        lock (gate)
        {
            if (!counts.TryGetValue(tenant, out var count))
                counts.Add(tenant, count = new Count());
            count.UnderWay++;
        }
        return new Visit(this, tenant);
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

        public TaskCompletionSource Cleared { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed class Visit(TenantTraffic traffic, TenantId tenant) : IDisposable
    {
        private int ends;

        public void Dispose()
        {
            if (Interlocked.Increment(ref ends) == 1)
                traffic.Leave(tenant);
        }
    }
}
