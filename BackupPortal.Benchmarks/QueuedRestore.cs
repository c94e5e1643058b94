using System.Text.Json;
using BackupPortal.Core;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Restore;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Benchmarks;

/// <summary>
/// <c>queued-restore DATAROOT SLUG SNAPSHOT</c>: queues a restore for the portal that runs on the data root, as its own pages do, and waits until it is over. Prints the
/// seconds of preparation and what it says of its lock-out, as JSON. For eng/bench.sh.
/// </summary>
internal static class QueuedRestore
{
    private static readonly TimeSpan s_lookEvery = TimeSpan.FromMilliseconds(500);

    public static async Task RunAsync(string dataRoot, string slug, string snapshot)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().Build());
        services.AddBackupPortalCore(new DataRoot(dataRoot));
        await using var provider = services.BuildServiceProvider();
        var tenant = (await provider.GetRequiredService<TenantStore>().ListAsync(CancellationToken.None)).Single(one => one.Slug.Value == slug);
        var id = await provider.GetRequiredService<OperationQueue>().EnqueueAsync(
            tenant.Id, OperationKind.Restore, RestoreArguments.ToJson(SnapshotId.Parse(snapshot)), "bench", CancellationToken.None);
        var history = provider.GetRequiredService<OperationHistory>();
        OperationView? view;
        do
            await Task.Delay(s_lookEvery);
        while ((view = await history.FindAsync(tenant.Id, id, CancellationToken.None))?.EndedUtc is null);
        var log = await history.ReadLogAsync(tenant.Id, id, CancellationToken.None);
        if (view.State != OperationState.Succeeded)
            throw new InvalidOperationException($"The restore ended as {view.State}: {view.Error} {string.Join("; ", log.Select(line => line.Text))}");
        var swapped = log.Single(line => line.Text.Key.StartsWith("Swapped", StringComparison.Ordinal));
        var released = log.Single(line => line.Text.Key == "Released");
        Console.WriteLine(JsonSerializer.Serialize(new
        {
            stage = (released.TimeUtc - view.Outcome!.Downtime!.Value - view.StartedUtc!.Value).TotalSeconds,
            lockOut = view.Outcome.Downtime.Value.TotalSeconds,
            whole = (view.EndedUtc!.Value - view.StartedUtc.Value).TotalSeconds,
            mode = swapped.Text.Key["Swapped".Length..],
        }));
    }
}
