using BackupPortal.Core.Operations;
using BackupPortal.Core.Tenancy;
using BackupPortal.Tests.Catalog;

namespace BackupPortal.Tests.Operations;

/// <summary>Waits for what operations do, with a bound.</summary>
internal static class OperationWatch
{
    public static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    public static Task Bounded(this Task task) => task.WaitAsync(Bound, TestContext.Current.CancellationToken);

    public static Task<T> Bounded<T>(this Task<T> task) => task.WaitAsync(Bound, TestContext.Current.CancellationToken);

    public static Task<OperationId> EnqueueAsync(this TestPortal portal, TenantId tenant) =>
        portal.Get<OperationQueue>().EnqueueAsync(tenant, OperationKind.Backup, "{}", "anna", CancellationToken.None);

    public static async Task<OperationView> WaitForAsync(
        this TestPortal portal, TenantId tenant, OperationId id, Func<OperationView, bool> wanted)
    {
        var found = new TaskCompletionSource<OperationView>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var subscription = portal.Get<OperationFeed>().Subscribe(tenant, view =>
        {
            if (view.Id == id && wanted(view))
                found.TrySetResult(view);
        });
        if (await portal.Get<OperationHistory>().FindAsync(tenant, id, CancellationToken.None) is { } now && wanted(now))
            return now;
        return await found.Task.Bounded();
    }

    public static Task<OperationView> WaitForEndAsync(this TestPortal portal, TenantId tenant, OperationId id) =>
        portal.WaitForAsync(tenant, id, view => view.EndedUtc is not null);

    /// <summary>Runs the portal's worker and follower until it is disposed.</summary>
    public static IAsyncDisposable StartWorker(this TestPortal portal) => new Working(
        stopping => Task.WhenAll(portal.Get<OperationWorker>().RunAsync(stopping), portal.Get<CatalogFollower>().RunAsync(stopping)));

    private sealed class Working : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stopping = new();
        private readonly Task _work;

        public Working(Func<CancellationToken, Task> work) => _work = work(_stopping.Token);

        public async ValueTask DisposeAsync()
        {
            await _stopping.CancelAsync();
            await _work.Bounded();
            _stopping.Dispose();
        }
    }
}
