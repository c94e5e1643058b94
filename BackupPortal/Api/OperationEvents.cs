using System.Globalization;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Security.Claims;
using System.Threading.Channels;
using BackupPortal.Access;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Operations;
using Microsoft.Extensions.Options;

namespace BackupPortal.Api;

/// <summary>What an event of an operation's stream tells.</summary>
/// <param name="Operation">How it stands; null for a line of the log.</param>
internal sealed record OperationEvent(OperationResource? Operation, LogLineResource? Log);

/// <summary>
/// Follows an operation for one caller, until it is over or the caller may no longer look. Each round reads how it stands now, so that who reads slowly misses what was
/// between, never a line of the log, and never the end.
/// </summary>
internal sealed class OperationEvents(
    OperationHistory history, OperationFeed feed, TenantAccess access, IOptions<ApiOptions> options, TimeProvider time)
{
    /// <summary>Of the last event of a stream.</summary>
    public const string EndId = "end";

    // At most five rounds a second; and one each second, since a log grows without being told of.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    /// <param name="seen">So many lines of the log have been told already.</param>
    public async IAsyncEnumerable<SseItem<OperationEvent?>> FollowAsync(
        CalledTenant called, ClaimsPrincipal user, OperationView view, int seen, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var changed = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        using var subscription = feed.Subscribe(called.Id, update => Signal(update, view.Id, changed.Writer));
        var (told, toldAt, checkedAt) = ((OperationResource?)null, time.GetTimestamp(), time.GetTimestamp());
        while (true)
        {
            if (time.GetElapsedTime(checkedAt) >= options.Value.RecheckInterval)
            {
                var decision = await access.DecideAsync(user, called.Slug, TenantRole.Admin, TokenRights.Read, cancellationToken);
                if (decision.Grant?.Tenant.Id != called.Id)
                    yield break;
                checkedAt = time.GetTimestamp();
            }
            // First how it stands, then its log: when it is over, no line comes any more.
            var now = OperationResource.From(await history.FindAsync(called.Id, view.Id, cancellationToken) ?? view, called.Slug);
            var log = await history.ReadLogAsync(called.Id, view.Id, cancellationToken);
            for (; seen < log.Count; seen++)
                yield return Event("log", new OperationEvent(null, LogLineResource.From(log[seen], seen + 1)), seen + 1);
            if (now.EndedUtc is not null)
            {
                yield return new SseItem<OperationEvent?>(new OperationEvent(now, null), "end") { EventId = EndId };
                yield break;
            }
            if (!IsSame(now, told))
            {
                yield return Event("operation", new OperationEvent(now, null), seen);
                (told, toldAt) = (now, time.GetTimestamp());
            }
            else if (time.GetElapsedTime(toldAt) >= Heartbeat)
            {
                yield return Event("heartbeat", null, seen);
                toldAt = time.GetTimestamp();
            }
            await WaitAsync(changed.Reader, cancellationToken);
        }
    }

    private static SseItem<OperationEvent?> Event(string type, OperationEvent? what, int seen) =>
        new(what, type) { EventId = seen.ToString(CultureInfo.InvariantCulture) };

    // Lists are compared by what they are, not by what is in them; an operation's phases never change.
    private static bool IsSame(OperationResource now, OperationResource? told) => told is not null && now with { Phases = told.Phases } == told;

    private static void Signal(OperationView update, OperationId wanted, ChannelWriter<bool> changed)
    {
        if (update.Id == wanted)
            changed.TryWrite(true);
    }

    private async Task WaitAsync(ChannelReader<bool> changed, CancellationToken cancellationToken)
    {
        await Task.Delay(Pause, time, cancellationToken);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        enough.CancelAfter(LongestPause - Pause);
        try
        {
            await changed.ReadAsync(enough.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Nothing was told of: it is looked at all the same.
            return;
        }
    }
}
