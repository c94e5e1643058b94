using BackupPortal.Core.Maintenance;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Sources;

namespace BackupPortal.Core.Retrieval;

/// <summary>Keeps a tenant's users out while rows that they may have open are replaced.</summary>
internal sealed class RetrievalFence(MaintenanceGuard guard, IEnumerable<IMaintenanceFence> fences, LiveDatabases databases, TimeProvider time)
{
    private static readonly TimeSpan AtMost = TimeSpan.FromSeconds(5);

    /// <returns>How long users were out.</returns>
    public async Task<TimeSpan> RunAsync(OperationContext context, Func<Task> work, CancellationToken cancellationToken)
    {
        var tenant = context.Tenant;
        var before = guard.Find(tenant.Slug);
        await using var told = await guard.TellStartAsync(tenant.Slug, "retrieve", context.Id, null, cancellationToken);
        var begun = time.GetTimestamp();
        await guard.EnterAsync(tenant.Slug, context.Id, context.RequestedBy, cancellationToken);
        try
        {
            await Task.WhenAll(fences.Select(fence => fence.WaitUntilClearAsync(tenant.Id, AtMost, cancellationToken)));
            using var gate = await databases.CloseAsync(tenant.Id, AtMost, cancellationToken);
            await work();
        }
        finally
        {
            if (before is { Operation: null, Problem: null })
                await guard.ReplaceAsync(tenant.Slug, before);
            else
                await guard.LeaveAsync(tenant.Slug, CancellationToken.None);
        }
        return time.GetElapsedTime(begun);
    }
}
