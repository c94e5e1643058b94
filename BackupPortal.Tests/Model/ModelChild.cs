using System.Diagnostics;
using System.Globalization;
using BackupPortal.Core;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Storage;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Tests.Model;

/// <summary>What a child does.</summary>
internal enum ModelWork
{
    Backup,
}

/// <summary>A process that waits for one piece of work on standard input, does it, says what it did, and dies when told to.</summary>
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
        if (Console.ReadLine()?.Split(' ') is not [var work, var dieAt, var ticks, var masterKey])
            return;
        var clock = new FakeClock(new DateTimeOffset(long.Parse(ticks, CultureInfo.InvariantCulture), TimeSpan.Zero));
        var store = new WorldStore(new LocalDirectoryStore(tenant.Home.Repository, clock), clock);
        var repository = BackupRun.Open(tenant, store, masterKey.Length == 0 ? null : masterKey);
        store.Watch(DieAt(int.Parse(dieAt, CultureInfo.InvariantCulture)));
        if (Enum.Parse<ModelWork>(work) == ModelWork.Backup)
            Console.WriteLine((await BackupRun.RunAsync(tenant, repository, provider.GetRequiredService<SnapshotIndex>(), clock, CancellationToken.None)).Id);
    }

    private static Action<int> DieAt(int number) => call =>
    {
        if (call == number)
            Process.GetCurrentProcess().Kill();
    };
}
