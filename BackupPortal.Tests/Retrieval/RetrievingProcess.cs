using System.Diagnostics;
using BackupPortal.Core;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Restore;
using BackupPortal.Core.Tenancy;
using BackupPortal.Tests.Scenarios;

namespace BackupPortal.Tests.Retrieval;

/// <summary>A process of its own that brings rows back, and kills itself with SIGKILL at a given point.</summary>
internal static class RetrievingProcess
{
    public const string Argument = "--retrieving-process";

    /// <summary>Starts the process and waits until it is dead.</summary>
    /// <returns>True when it died at the point; false when it never got there.</returns>
    public static Task<bool> StartAsync(string dataRoot, string wanted, string point, CancellationToken cancellationToken) =>
        ChildProcess.IsKilledAsync([Argument, dataRoot, wanted, point], cancellationToken);

    public static async Task RunAsync(string[] arguments)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IRestoreCheckpoint>(new DieAt(arguments[2]));
        services.AddBackupPortalCore(new DataRoot(arguments[0]));
        await using var provider = services.BuildServiceProvider();
        var tenant = (await provider.GetRequiredService<TenantStore>().ListAsync(CancellationToken.None)).Single();
        await provider.GetRequiredService<OperationRunner>().RunNowAsync(tenant, OperationKind.Retrieve, arguments[1], "child", null, CancellationToken.None);
    }

    private sealed class DieAt(string point) : IRestoreCheckpoint
    {
        public void Reached(string reached)
        {
            if (reached == point)
                Process.GetCurrentProcess().Kill();
        }
    }
}
