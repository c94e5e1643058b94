using System.Collections.Concurrent;
using BackupPortal.Components.Comparisons;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Comparison;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Tenancy;
using Microsoft.Extensions.Options;

namespace BackupPortal.Api;

/// <summary>
/// Comparisons that programs have asked for, until nobody has looked at one for a while, as on the pages. They are of this process: a restart forgets them.
/// Safe for concurrent use.
/// </summary>
internal sealed class HeldComparisons(StateComparer comparer, IOptions<ComparisonOptions> options, TimeProvider time) : IAsyncDisposable
{
    /// <summary>Of one tenant at a time.</summary>
    public const int Most = 4;

    private readonly ConcurrentDictionary<Guid, HeldComparison> held = [];
    private readonly Lock gate = new();

    /// <param name="other">Null for live data.</param>
    /// <exception cref="ApiRefusal">There are too many of this tenant.</exception>
    public HeldComparison Begin(Tenant tenant, SnapshotId snapshot, SnapshotId? other)
    {
        HeldComparison begun;
        lock (gate)
        {
            if (held.Values.Count(one => one.Tenant == tenant.Id) >= Most)
                throw new ApiRefusal(StatusCodes.Status409Conflict, "too_many_comparisons", Most);
            var comparison = new OpenComparison(
                (progress, cancellationToken) => comparer.RunAsync(tenant, snapshot, other, progress, cancellationToken),
                static found => ComparisonView.Of(found, FriendlyNames.None), options.Value.LongestIdle, time);
            begun = new HeldComparison(Guid.CreateVersion7(), tenant.Id, snapshot, other, time.GetUtcNow(), comparison);
            held[begun.Id] = begun;
        }
        _ = ForgetLaterAsync(begun);
        return begun;
    }

    public HeldComparison? Find(TenantId tenant, Guid id) => held.TryGetValue(id, out var found) && found.Tenant == tenant ? found : null;

    /// <summary>Ends it, and deletes what was found.</summary>
    public async Task RemoveAsync(HeldComparison comparison)
    {
        if (held.TryRemove(comparison.Id, out _))
            await comparison.Open.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var one in held.Values)
            await RemoveAsync(one);
    }

    private async Task ForgetLaterAsync(HeldComparison comparison)
    {
        await ((Task)comparison.Open.Ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        // What failed is told for as long as what was found is kept.
        await (comparison.Open.Ended.IsCompletedSuccessfully ? comparison.Open.GivenBack : Task.Delay(options.Value.LongestIdle, time));
        await RemoveAsync(comparison);
    }
}

/// <param name="Other">Null for live data.</param>
internal sealed record HeldComparison(Guid Id, TenantId Tenant, SnapshotId Snapshot, SnapshotId? Other, DateTimeOffset BegunUtc, OpenComparison Open);
