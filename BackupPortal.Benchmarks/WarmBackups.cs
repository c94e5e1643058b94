using System.Diagnostics;
using System.Text.Json;
using BackupPortal.Core;
using BackupPortal.Core.Backup;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Benchmarks;

/// <summary>
/// <c>warm DATAROOT DATABASE COUNT</c>: so many backups of an unchanged database in a process that runs already, as the portal makes them at night. Prints the
/// seconds of each, from the operation's beginning to its end, as JSON. For eng/bench.sh.
/// </summary>
internal static class WarmBackups
{
    private const int RunsBefore = 10;

    public static async Task RunAsync(string dataRoot, string database, int count)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().Build());
        services.AddBackupPortalCore(new DataRoot(dataRoot));
        await using var provider = services.BuildServiceProvider();
        await provider.GetRequiredService<CatalogMigration>().ApplyAsync(CancellationToken.None);
        var tenant = await provider.GetRequiredService<TenantRegistration>().AddAsync(
            new NewTenant("warm", "Warm", null, database, null), trustPaths: true, "bench", CancellationToken.None);
        var seconds = new List<double>();
        for (var run = 0; run < RunsBefore + count; run++)
        {
            var begun = Stopwatch.GetTimestamp();
            var ended = await provider.GetRequiredService<OperationRunner>().RunNowAsync(
                tenant, OperationKind.Backup, new BackupArguments(SnapshotOrigin.Automatic, null).ToJson(), "bench", null, CancellationToken.None);
            if (ended.State != OperationState.Succeeded)
                throw new InvalidOperationException($"A backup ended as {ended.State}: {ended.Error}");
            if (run >= RunsBefore)
                seconds.Add(Stopwatch.GetElapsedTime(begun).TotalSeconds);
        }
        Console.WriteLine(JsonSerializer.Serialize(seconds));
    }
}
