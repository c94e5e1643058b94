
namespace BackupPortal.Core.Operations;

/// <summary>Passes on to this process's <see cref="OperationFeed"/> what other processes do to operations. One a process.</summary>
public sealed partial class CatalogFollower
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private readonly OperationLookup _lookup;
    private readonly RunnerPresence _presence;
    private readonly OperationFeed _feed;
    private readonly TimeProvider _time;
    private readonly ILogger<CatalogFollower> _logger;

    internal CatalogFollower(
        OperationLookup lookup, RunnerPresence presence, OperationFeed feed, TimeProvider time, ILogger<CatalogFollower> logger)
    {
        _lookup = lookup;
        _presence = presence;
        _feed = feed;
        _time = time;
        _logger = logger;
    }

    /// <summary>Follows what changes from now on, about twice a second, until <paramref name="stopping"/>.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        long? seen = null;
        using var timer = new PeriodicTimer(Interval, _time);
        try
        {
            do
            {
                seen = await TryFollowAsync(seen, stopping);
            }
            while (await timer.WaitForNextTickAsync(stopping));
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The end of following.
        }
    }

    private async Task<long?> TryFollowAsync(long? seen, CancellationToken stopping)
    {
        try
        {
            if (seen is not { } change)
                return await _lookup.HighestChangeAsync(stopping);
            foreach (var changed in await _lookup.ListChangedAsync(change, stopping))
            {
                // What runs here tells of itself, sooner and finer.
                if (changed.Runner != _presence.Id || changed.View.State != OperationState.Running)
                    _feed.Publish(changed.View);
                seen = changed.Change;
            }
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            Log.FollowFailed(_logger, fault);
        }
        return seen;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "What other processes do could not be looked up; it is tried again.")]
        public static partial void FollowFailed(ILogger logger, Exception fault);
    }
}
