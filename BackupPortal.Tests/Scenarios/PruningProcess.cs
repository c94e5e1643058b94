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

    private const int Killed = 128 + 9;

    /// <returns>True when it died at the point; false when it never got there.</returns>
    public static async Task<bool> StartAsync(string dataRoot, int keep, string point, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardError = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
            start.ArgumentList.Add(typeof(PruningProcess).Assembly.Location);
        foreach (var argument in new[] { Argument, dataRoot, keep.ToString(CultureInfo.InvariantCulture), point })
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var errors = await process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        if (process.ExitCode is not (0 or Killed))
            Assert.Fail($"The child ended with {process.ExitCode}: {errors}");
        return process.ExitCode == Killed;
    }

    public static async Task RunAsync(string[] arguments)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IPruneCheckpoint>(new DieAt(arguments[2]));
        services.AddBackupPortalCore(new DataRoot(arguments[0]));
        await using var provider = services.BuildServiceProvider();
        var tenant = (await provider.GetRequiredService<TenantStore>().ListAsync(CancellationToken.None)).Single();
        var keep = int.Parse(arguments[1], CultureInfo.InvariantCulture);
        await provider.GetRequiredService<OperationRunner>().RunNowAsync(
            tenant, OperationKind.Prune, new PruneArguments(keep, []).ToJson(), "child", null, CancellationToken.None);
    }

    private sealed class DieAt(string point) : IPruneCheckpoint
    {
        public Task ReachedAsync(string reached)
        {
            if (reached == point)
                Process.GetCurrentProcess().Kill();
            return Task.CompletedTask;
        }
    }
}
