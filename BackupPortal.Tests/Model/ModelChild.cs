using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;
using BackupPortal.Core;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Storage;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Tests.Model;

/// <summary>A process that waits for one piece of work on standard input, does it, says what it did, and dies when told to.</summary>
[UnsupportedOSPlatform("windows")]
internal static class ModelChild
{
    public const string Argument = "--model-child";
    public const string Ready = "ready";

    public static async Task RunAsync(string dataRoot)
    {
        var services = new ServiceCollection();
        services.AddBackupPortalCore(new DataRoot(dataRoot));
        await using var provider = services.BuildServiceProvider();
        var tenant = (await provider.GetRequiredService<TenantStore>().ListAsync(CancellationToken.None)).Single();
        Console.WriteLine(Ready);
        if (Console.ReadLine()?.Split(' ') is not [var work, var dieAt, var ticks, var uptime, var masterKey])
            return;
        var running = new TimeSpan(long.Parse(uptime, CultureInfo.InvariantCulture));
        var clock = new FakeClock(new DateTimeOffset(long.Parse(ticks, CultureInfo.InvariantCulture), TimeSpan.Zero) - running);
        clock.Advance(running);
        var store = new WorldStore(new LocalDirectoryStore(tenant.Home.Repository, clock), clock);
        var repository = BackupRun.Open(tenant, store, masterKey.Length == 0 ? null : masterKey, clock);
        store.Watch(DieAt(int.Parse(dieAt, CultureInfo.InvariantCulture)));
        var made = await Work.Parse(work).RunAsync(tenant, repository, provider.GetRequiredService<SnapshotIndex>(), clock, CancellationToken.None);
        Console.WriteLine(made?.Value ?? "done");
    }

    private static Action<int> DieAt(int number) => call =>
    {
        if (call == number)
            Process.GetCurrentProcess().Kill();
    };
}
