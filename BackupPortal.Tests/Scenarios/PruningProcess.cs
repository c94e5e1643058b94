using System.Diagnostics;
using System.Globalization;
using BackupPortal.Core;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Pruning;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Tests.Scenarios;

/// <summary>A process of its own that prunes, and kills itself with SIGKILL at a given point.</summary>
internal static class PruningProcess
{
    public const string Argument = "--pruning-process";

    /// <param name="occurrence">The how manieth time the point is reached, from 1.</param>
    /// <returns>True when it died at the point; false when it never got there.</returns>
    public static Task<bool> StartAsync(string dataRoot, int keep, string point, CancellationToken cancellationToken, int occurrence = 1)
    {
        var times = occurrence.ToString(CultureInfo.InvariantCulture);
        return ChildProcess.IsKilledAsync([Argument, dataRoot, keep.ToString(CultureInfo.InvariantCulture), point, times], cancellationToken);
    }

    public static async Task RunAsync(string[] arguments)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IPruneCheckpoint>(new DieAt(arguments[2], int.Parse(arguments[3], CultureInfo.InvariantCulture)));
        services.AddBackupPortalCore(new DataRoot(arguments[0]));
        await using var provider = services.BuildServiceProvider();
        var tenant = (await provider.GetRequiredService<TenantStore>().ListAsync(CancellationToken.None)).Single();
        var keep = int.Parse(arguments[1], CultureInfo.InvariantCulture);
        await provider.GetRequiredService<OperationRunner>().RunNowAsync(
            tenant, OperationKind.Prune, new PruneArguments(keep, []).ToJson(), "child", null, CancellationToken.None);
    }

    private sealed class DieAt(string point, int occurrence) : IPruneCheckpoint
    {
        private int times;

        public Task ReachedAsync(string reached)
        {
            if (reached == point && ++times == occurrence)
                Process.GetCurrentProcess().Kill();
            return Task.CompletedTask;
        }
    }
}
