using BackupPortal.Core.Tenancy;

namespace BackupPortal.Core.Maintenance;

/// <summary>Notices that a tenant's notice or announcement came, went or changed, by whichever process; looks only while somebody is subscribed.</summary>
internal sealed class MaintenanceWatch(DataRoot root, TimeProvider time, Action<Exception> failed) : IDisposable
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(250);

    private readonly Lock _lock = new();
    private Action<TenantSlug>? _receivers;
    private Dictionary<TenantSlug, Stamp> _seen = [];
    private CancellationTokenSource? _looking;

    public void Subscribe(Action<TenantSlug> receiver)
    {
        lock (_lock)
        {
            var first = _receivers is null;
            _receivers += receiver;
            if (!first)
                return;
            _seen = Look();
            _looking = new CancellationTokenSource();
            _ = LookOnAsync(_looking.Token);
        }
    }

    public void Unsubscribe(Action<TenantSlug> receiver)
    {
        lock (_lock)
        {
            _receivers -= receiver;
            if (_receivers is null)
                StopLooking();
        }
    }

    /// <summary>This process made a change: tells at once, instead of at the next look.</summary>
    public void Tell(TenantSlug tenant)
    {
        Action<TenantSlug>? receivers;
        lock (_lock)
        {
            receivers = _receivers;
            if (StampOf(root, tenant) is { } stamp)
                _seen[tenant] = stamp;
            else
                _seen.Remove(tenant);
        }

        receivers?.Invoke(tenant);
    }

    public void Dispose()
    {
        lock (_lock)
            StopLooking();
    }

    /// <summary>Tenants that have a folder, whether the catalog knows them or not.</summary>
    public static IEnumerable<TenantSlug> TenantsIn(DataRoot root)
    {
        if (!Directory.Exists(root.Tenants))
            yield break;
        foreach (var folder in Directory.EnumerateDirectories(root.Tenants))
        {
            if (TenantSlug.TryParse(Path.GetFileName(folder), out var slug))
                yield return slug;
        }
    }

    private async Task LookOnAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(s_interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
                TellWhatChanged();
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The last subscriber went: that is how looking ends.
        }
    }

    private void TellWhatChanged()
    {
        List<TenantSlug> changed;
        Action<TenantSlug>? receivers;
        lock (_lock)
        {
            Dictionary<TenantSlug, Stamp> now;
            try
            {
                now = Look();
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                failed(failure);
                return;
            }

            changed = [.. now.Keys.Union(_seen.Keys).Where(tenant => now.GetValueOrDefault(tenant) != _seen.GetValueOrDefault(tenant))];
            _seen = now;
            receivers = _receivers;
        }

        foreach (var tenant in changed)
            receivers?.Invoke(tenant);
    }

    private Dictionary<TenantSlug, Stamp> Look()
    {
        var seen = new Dictionary<TenantSlug, Stamp>();
        foreach (var tenant in TenantsIn(root))
        {
            if (StampOf(root, tenant) is { } stamp)
                seen[tenant] = stamp;
        }

        return seen;
    }

    private static Stamp? StampOf(DataRoot root, TenantSlug tenant)
    {
        var home = root.HomeOf(tenant);
        var stamp = new Stamp(TimeOf(home.MaintenanceFile), TimeOf(home.AnnouncementFile));
        return stamp == default ? null : stamp;
    }

    private static DateTime? TimeOf(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? file.LastWriteTimeUtc : null;
    }

    private void StopLooking()
    {
        _looking?.Cancel();
        _looking?.Dispose();
        _looking = null;
    }

    /// <summary>When each of the two files was written; null when it is not there.</summary>
    private readonly record struct Stamp(DateTime? Notice, DateTime? Announcement);
}
