using System.Diagnostics;
using System.Globalization;
using BackupPortal.Core;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Restore;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Tests.Scenarios;

/// <summary>A process of its own that runs a restore, or a recovery, and kills itself with SIGKILL at a given point.</summary>
internal static class CrashingProcess
{
    public const string Argument = "--crashing-process";

    private const int Killed = 128 + 9;
    private static readonly TimeSpan s_atMost = TimeSpan.FromSeconds(60);

    /// <summary>Starts the process and waits until it is dead.</summary>
    /// <param name="snapshot">What to restore; null to recover.</param>
    /// <param name="occurrence">The how manieth time the point is reached, from 1.</param>
    /// <returns>True when it died at the point; false when it never got there.</returns>
    public static async Task<bool> StartAsync(string dataRoot, string? snapshot, string point, int occurrence, CancellationToken cancellationToken)
    {
        var start = Program(Argument, dataRoot, snapshot ?? "-", point, occurrence.ToString(CultureInfo.InvariantCulture));
        using var process = Process.Start(start)!;
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bound.CancelAfter(s_atMost);
        var output = process.StandardOutput.ReadToEndAsync(bound.Token);
        var errors = process.StandardError.ReadToEndAsync(bound.Token);
        await process.WaitForExitAsync(bound.Token);
        if (process.ExitCode is not (0 or Killed))
            Assert.Fail($"The child ended with {process.ExitCode}: {await output} {await errors}");
        return process.ExitCode == Killed;
    }

    /// <summary>How to start the tests' own program as a child with these arguments.</summary>
    public static ProcessStartInfo Program(params IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            RedirectStandardInput = true,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        // Under `dotnet test` this process is the tests' own program or `dotnet`, which then needs to be told which program.
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
            start.ArgumentList.Add(typeof(CrashingProcess).Assembly.Location);
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        return start;
    }

    public static async Task RunAsync(string[] arguments)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IRestoreCheckpoint>(new DieAt(arguments[2], int.Parse(arguments[3], CultureInfo.InvariantCulture)));
        services.AddBackupPortalCore(new DataRoot(arguments[0]));
        await using var provider = services.BuildServiceProvider();
        if (arguments[1] == "-")
        {
            await provider.GetRequiredService<RestoreRecovery>().RunAsync(CancellationToken.None);
            return;
        }

        var tenant = (await provider.GetRequiredService<TenantStore>().ListAsync(CancellationToken.None)).Single();
        await provider.GetRequiredService<OperationRunner>().RunNowAsync(
            tenant, OperationKind.Restore, RestoreArguments.ToJson(SnapshotId.Parse(arguments[1])), "child", null, CancellationToken.None);
    }

    private sealed class DieAt(string point, int occurrence) : IRestoreCheckpoint
    {
        private int _reached;

        public void Reached(string reached)
        {
            if (reached == point && ++_reached == occurrence)
                Process.GetCurrentProcess().Kill();
        }
    }
}
