using BackupPortal.Core.Operations;
using BackupPortal.Core.Tenancy;
using Microsoft.Extensions.Options;

namespace BackupPortal.Core.Maintenance;

/// <summary>Tells who asked for it that maintenance mode begins, right before it does, and that it has ended. Safe for concurrent use.</summary>
public sealed partial class MaintenanceWebhooks : IDisposable
{
    // Another process may add a message, and then waits for its receiver while it has the lock.
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan s_spare = TimeSpan.FromSeconds(1);

    private readonly DataRoot _root;
    private readonly WebhookDelivery _delivery;
    private readonly WebhookOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<MaintenanceWebhooks> _logger;
    private readonly CancellationTokenSource _ending = new();

    public MaintenanceWebhooks(DataRoot root, WebhookDelivery delivery, IOptions<WebhookOptions> options, TimeProvider time, ILogger<MaintenanceWebhooks> logger)
    {
        _root = root;
        _delivery = delivery;
        _options = options.Value;
        _time = time;
        _logger = logger;
    }

    public void Dispose()
    {
        _ending.Cancel();
        _ending.Dispose();
    }

    /// <summary>
    /// Tells of a beginning, durably, and waits for the receiver's answer, but no longer than <see cref="WebhookOptions.LongestWait"/>. A failure is logged: nobody's
    /// restore depends on it.
    /// </summary>
    /// <returns>Dispose it when maintenance mode is on; if it is not, its end is told.</returns>
    internal async Task<IAsyncDisposable> BeginAsync(TenantSlug tenant, string reason, OperationId? operation, TimeSpan? expected, CancellationToken cancellationToken)
    {
        if (!_delivery.Tells(tenant))
            return new Start(this, tenant, null);
        Catalog.FileLock? held = null;
        try
        {
            var outbox = new WebhookOutbox(_root.HomeOf(tenant));
            held = await TryLockAsync(outbox, cancellationToken);
            if (held is null)
            {
                Log.Blocked(_logger, tenant.Value);
                return new Start(this, tenant, null);
            }

            // What a process that was killed did not come to tell.
            await SettleLockedAsync(_root.HomeOf(tenant), outbox, tenant, _time);
            if (outbox.State().IsOpen)
                return new Start(this, tenant, held);
            var file = await outbox.BeginAsync(number => new WebhookMessage(
                Guid.CreateVersion7(), WebhookMessage.Starting, number, tenant.Value, _time.GetUtcNow(), reason, operation?.Value,
                expected is { } some ? (int)Math.Ceiling(some.TotalSeconds) : null));
            await WaitForAnswerAsync(tenant, file, cancellationToken);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Log.NotTold(_logger, failure, tenant.Value);
        }
        catch
        {
            held?.Dispose();
            await EndAsync(tenant);
            throw;
        }

        return new Start(this, tenant, held);
    }

    /// <summary>Call it when maintenance mode is off. Users are in already: nothing of it is waited for but the message's file.</summary>
    internal async Task EndAsync(TenantSlug tenant)
    {
        if (!_delivery.Tells(tenant))
            return;
        try
        {
            await SettleAsync(_root, tenant, _time);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Log.NotTold(_logger, failure, tenant.Value);
        }

        _ = _delivery.DeliverAsync(tenant, evenIfNotDue: true, _ending.Token);
    }

    /// <summary>Writes the message of an end that is not told yet, when the tenant is open. Does nothing while somebody else sees to it.</summary>
    internal static async Task SettleAsync(DataRoot root, TenantSlug tenant, TimeProvider time)
    {
        var home = root.HomeOf(tenant);
        var outbox = new WebhookOutbox(home);
        if (!outbox.Exists || !outbox.State().IsOpen || File.Exists(home.MaintenanceFile))
            return;
        using var alone = outbox.TryLock();
        if (alone is not null)
            await SettleLockedAsync(home, outbox, tenant, time);
    }

    private static async Task SettleLockedAsync(TenantHome home, WebhookOutbox outbox, TenantSlug tenant, TimeProvider time)
    {
        if (outbox.State() is { IsOpen: true } state && !File.Exists(home.MaintenanceFile))
            await outbox.EndAsync(number => new WebhookMessage(
                Guid.CreateVersion7(), WebhookMessage.Ended, number, tenant.Value, time.GetUtcNow(), state.Reason, state.Operation, null));
    }

    // Whoever has it gives it back after its own wait, unless it was stopped or hangs.
    private async Task<Catalog.FileLock?> TryLockAsync(WebhookOutbox outbox, CancellationToken cancellationToken)
    {
        using var tooLong = new CancellationTokenSource(_options.LongestWait + s_spare, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, tooLong.Token);
        try
        {
            return await outbox.LockAsync(_time, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    private async Task WaitForAnswerAsync(TenantSlug tenant, string file, CancellationToken cancellationToken)
    {
        var begun = _time.GetTimestamp();
        var sending = _delivery.DeliverAsync(tenant, evenIfNotDue: true, _ending.Token);
        while (File.Exists(file) && _options.LongestWait - _time.GetElapsedTime(begun) is var left && left > TimeSpan.Zero)
        {
            // It has tried once, or another process is at it.
            if (sending.IsCompleted)
            {
                await Task.Delay(left < s_patience ? left : s_patience, _time, cancellationToken);
                sending = _delivery.DeliverAsync(tenant, evenIfNotDue: false, _ending.Token);
            }
            else
            {
                await Task.WhenAny(sending, Task.Delay(left, _time, cancellationToken));
            }
        }
    }

    private sealed class Start(MaintenanceWebhooks webhooks, TenantSlug tenant, Catalog.FileLock? held) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            held?.Dispose();
            if (held is not null && !File.Exists(webhooks._root.HomeOf(tenant).MaintenanceFile))
                await webhooks.EndAsync(tenant);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "The webhook of {Tenant} could not be told: another process holds its messages")]
        public static partial void Blocked(ILogger logger, string tenant);

        [LoggerMessage(LogLevel.Error, "The webhook of {Tenant} could not be told")]
        public static partial void NotTold(ILogger logger, Exception failure, string tenant);
    }
}
