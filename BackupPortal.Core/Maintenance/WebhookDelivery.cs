using BackupPortal.Core.Tenancy;
using Microsoft.Extensions.Options;

namespace BackupPortal.Core.Maintenance;

/// <summary>Sends what waits, in order, again and again until it is taken. Safe for concurrent use, also by several processes.</summary>
public sealed partial class WebhookDelivery
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_first = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan s_longest = TimeSpan.FromMinutes(5);

    private readonly DataRoot _root;
    private readonly WebhookSender _sender;
    private readonly WebhookOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<WebhookDelivery> _logger;

    internal WebhookDelivery(DataRoot root, WebhookSender sender, IOptions<WebhookOptions> options, TimeProvider time, ILogger<WebhookDelivery> logger)
    {
        _root = root;
        _sender = sender;
        _options = options.Value;
        _time = time;
        _logger = logger;
    }

    /// <summary>As long as the portal runs.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        if (!_options.IsOn)
            return;
        using var timer = new PeriodicTimer(s_interval, _time);
        do
        {
            await Task.WhenAll(WithOutbox().Select(tenant => DeliverAsync(tenant, evenIfNotDue: false, stopping)));
        }
        while (await timer.WaitForNextTickAsync(stopping));
    }

    /// <summary>At the end of a command: sends what is due or will be soon, for a bounded time. What is left is sent by the portal, or the next command.</summary>
    /// <returns>Of how many tenants something waits.</returns>
    public async Task<int> FlushAsync(CancellationToken cancellationToken)
    {
        if (!_options.IsOn)
            return 0;
        var until = _time.GetUtcNow() + _options.Timeout;
        var left = await Task.WhenAll(WithOutbox().Select(tenant => FlushAsync(tenant, until, cancellationToken)));
        return left.Count(waits => waits);
    }

    /// <summary>Sends a message that tells of nothing, once.</summary>
    /// <returns>Null when the receiver has taken it; otherwise what came instead.</returns>
    /// <exception cref="InvalidOperationException">Nobody is to be told of this tenant.</exception>
    public Task<string?> TestAsync(TenantSlug tenant, CancellationToken cancellationToken)
    {
        var target = _options.TargetOf(tenant) ?? throw new InvalidOperationException("There is nobody to tell.");
        var message = new WebhookMessage(Guid.CreateVersion7(), WebhookMessage.Test, 0, tenant.Value, _time.GetUtcNow(), "test", null, null);
        return _sender.SendAsync(target, message.ToJson(), _options.Timeout, cancellationToken);
    }

    public bool Tells(TenantSlug tenant) => _options.TargetOf(tenant) is not null;

    /// <summary>Never throws: nothing that somebody waits for may fail because nobody could be told of it.</summary>
    internal async Task DeliverAsync(TenantSlug tenant, bool evenIfNotDue, CancellationToken cancellationToken)
    {
        try
        {
            var outbox = new WebhookOutbox(_root.HomeOf(tenant));
            await MaintenanceWebhooks.SettleAsync(_root, tenant, _time);
            using var alone = outbox.TryLockSending();
            if (alone is null)
                return;
            foreach (var (file, message) in outbox.Waiting())
                if ((message.NextUtc > _time.GetUtcNow() && !evenIfNotDue) || !await SendAsync(tenant, file, message, cancellationToken))
                    return;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // It waits in its file.
        }
        catch (Exception failure)
        {
            Log.NotDelivered(_logger, failure, tenant.Value);
        }
    }

    /// <returns>Whether the next one may be sent.</returns>
    private async Task<bool> SendAsync(TenantSlug tenant, string file, WaitingMessage message, CancellationToken cancellationToken)
    {
        var problem = _options.TargetOf(tenant) is { } target ? await _sender.SendAsync(target, message.Body, _options.Timeout, cancellationToken) : null;
        if (problem is null)
        {
            WebhookOutbox.Remove(file);
            Log.Sent(_logger, message.Id, tenant.Value);
            return true;
        }

        if (_time.GetUtcNow() - message.SinceUtc > _options.GiveUpAfter)
        {
            WebhookOutbox.Remove(file);
            Log.GivenUp(_logger, message.Id, tenant.Value, problem);
            return true;
        }

        var wait = s_first * Math.Pow(2, Math.Min(message.Attempts, 20));
        await WebhookOutbox.PutOffAsync(file, message with { Attempts = message.Attempts + 1, NextUtc = _time.GetUtcNow() + (wait < s_longest ? wait : s_longest) });
        Log.PutOff(_logger, message.Id, tenant.Value, problem);
        return false;
    }

    private async Task<bool> FlushAsync(TenantSlug tenant, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var outbox = new WebhookOutbox(_root.HomeOf(tenant));
        while (true)
        {
            await DeliverAsync(tenant, evenIfNotDue: false, cancellationToken);
            var waiting = outbox.Waiting();
            if (waiting.Count == 0)
                return false;
            var now = _time.GetUtcNow();
            var next = waiting[0].Message.NextUtc;
            if (next > until || now >= until)
                return true;
            // Due, but not sent: another process is at it.
            await Task.Delay(next > now ? next - now : TimeSpan.FromMilliseconds(50), _time, cancellationToken);
        }
    }

    private List<TenantSlug> WithOutbox() => [.. MaintenanceWatch.TenantsIn(_root).Where(tenant => new WebhookOutbox(_root.HomeOf(tenant)).Exists)];

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Message {Id} was sent to the webhook of {Tenant}")]
        public static partial void Sent(ILogger logger, Guid id, string tenant);

        [LoggerMessage(LogLevel.Warning, "Message {Id} was not taken by the webhook of {Tenant}: {Problem}; it is sent again later")]
        public static partial void PutOff(ILogger logger, Guid id, string tenant, string problem);

        [LoggerMessage(LogLevel.Error, "Message {Id} was never taken by the webhook of {Tenant}, and is given up: {Problem}")]
        public static partial void GivenUp(ILogger logger, Guid id, string tenant, string problem);

        [LoggerMessage(LogLevel.Error, "What waits for the webhook of {Tenant} could not be sent")]
        public static partial void NotDelivered(ILogger logger, Exception failure, string tenant);
    }
}
