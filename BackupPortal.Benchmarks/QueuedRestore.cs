using System.Text.Json;
using BackupPortal.Core;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Restore;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Benchmarks;

/// <summary>
/// <c>queued-restore DATAROOT SLUG SNAPSHOT COUNTDOWN</c>: queues a restore for the portal that runs on the data root, as its own pages do, and waits until it is over. Prints
/// <c>counting</c> when its countdown (in seconds, not 0) has begun; then the seconds of preparation and what it says of its lock-out, as JSON. For eng/bench.sh.
/// </summary>
internal static class QueuedRestore
{
    private static readonly TimeSpan s_lookEvery = TimeSpan.FromMilliseconds(100);

    public static async Task RunAsync(string dataRoot, string slug, string snapshot, int countdownSeconds)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().Build());
        services.AddBackupPortalCore(new DataRoot(dataRoot));
        await using var provider = services.BuildServiceProvider();
        var tenant = (await provider.GetRequiredService<TenantStore>().ListAsync(CancellationToken.None)).Single(one => one.Slug.Value == slug);
        var id = await provider.GetRequiredService<OperationQueue>().EnqueueAsync(
            tenant.Id, OperationKind.Restore, RestoreArguments.ToJson(SnapshotId.Parse(snapshot), countdownSeconds: countdownSeconds), "bench", CancellationToken.None);
        var history = provider.GetRequiredService<OperationHistory>();
        OperationView? view;
        var isCounting = false;
        while ((view = await history.FindAsync(tenant.Id, id, CancellationToken.None))?.EndedUtc is null)
        {
            if (!isCounting && view?.Progress?.Wait is not null)
            {
                Console.WriteLine("counting");
                isCounting = true;
            }
            await Task.Delay(s_lookEvery);
        }

        var log = await history.ReadLogAsync(tenant.Id, id, CancellationToken.None);
        if (view.State != OperationState.Succeeded)
            throw new InvalidOperationException($"The restore ended as {view.State}: {view.Error} {string.Join("; ", log.Select(line => line.Text))}");
        var swapped = log.Single(line => line.Text.Key.StartsWith("Swapped", StringComparison.Ordinal));
        var announced = log.Single(line => line.Text.Key == "Announced");
        Console.WriteLine(JsonSerializer.Serialize(new
        {
            stage = (announced.TimeUtc - view.StartedUtc!.Value).TotalSeconds,
            lockOut = view.Outcome!.Downtime!.Value.TotalSeconds,
            whole = (view.EndedUtc!.Value - view.StartedUtc.Value).TotalSeconds,
            mode = swapped.Text.Key["Swapped".Length..],
        }));
    }
}
