using System.Diagnostics;
using System.Globalization;
using BackupPortal.Core;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Restore;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Tests.Scenarios;

/// <summary>A process of its own that runs a restore, an undo, or a recovery, and kills itself with SIGKILL at a given point.</summary>
internal static class CrashingProcess
{
    public const string Argument = "--crashing-process";

    /// <summary>A point that only a restore with a countdown reaches.</summary>
    public const string Announced = "Announced";

    /// <summary>What is restored rots on the disk once the safety snapshot is stored, and the process dies on the way back, which begins by itself.</summary>
    public const string AfterCheck = "after-check";

    /// <summary>The snapshot becomes a new school, whose short name follows.</summary>
    public const string AsTenant = "as-tenant";

    /// <summary>Starts the process and waits until it is dead.</summary>
    /// <param name="what">A snapshot to restore, or a restore to undo; null to recover.</param>
    /// <param name="occurrence">The how manieth time the point is reached, from 1.</param>
    /// <param name="how">Nothing, or <see cref="AfterCheck"/>, or <see cref="AsTenant"/> with a short name.</param>
    /// <returns>True when it died at the point; false when it never got there.</returns>
    public static Task<bool> StartAsync(
        string dataRoot, string? what, string point, int occurrence, CancellationToken cancellationToken, params IReadOnlyList<string> how) =>
        ChildProcess.IsKilledAsync([Argument, dataRoot, what ?? "-", point, occurrence.ToString(CultureInfo.InvariantCulture), .. how], cancellationToken);

    public static async Task RunAsync(string[] arguments)
    {
        var services = new ServiceCollection();
        var death = new DieAt(arguments[2], int.Parse(arguments[3], CultureInfo.InvariantCulture));
        services.AddSingleton<IRestoreCheckpoint>(death);
        services.AddBackupPortalCore(new DataRoot(arguments[0]));
        await using var provider = services.BuildServiceProvider();
        if (arguments[1] == "-")
        {
            await provider.GetRequiredService<RestoreRecovery>().RunAsync(CancellationToken.None);
            return;
        }

        var tenant = (await provider.GetRequiredService<TenantStore>().ListAsync(CancellationToken.None)).Single();
        if (arguments is [_, _, _, _, AfterCheck])
            death.WaitFor("SafetyStored", () => DiskFault.Rot(Path.Combine(tenant.FilesPath, "changed.txt")));
        if (arguments is [_, _, _, _, AsTenant, var slug])
        {
            await provider.GetRequiredService<OperationRunner>().RunNowAsync(
                tenant, OperationKind.RestoreAsTenant, new RestoreAsTenantArguments(arguments[1], slug, "New").ToJson(), "child", null, CancellationToken.None);
            return;
        }

        var (kind, work) = Guid.TryParse(arguments[1], out var undone)
            ? (OperationKind.Undo, new UndoArguments(undone).ToJson())
            : (OperationKind.Restore, RestoreArguments.ToJson(SnapshotId.Parse(arguments[1]), countdownSeconds: arguments[2] == Announced ? 60 : 0));
        await provider.GetRequiredService<OperationRunner>().RunNowAsync(tenant, kind, work, "child", null, CancellationToken.None);
    }

    private sealed class DieAt(string point, int occurrence) : IRestoreCheckpoint
    {
        private int _reached;
        private string? _before;
        private Action? _act;

        /// <summary>Points count from there on, where something is done first.</summary>
        public void WaitFor(string before, Action act) => (_before, _act) = (before, act);

        public void Reached(string reached)
        {
            if (_before is not null)
            {
                if (reached == _before)
                {
                    _before = null;
                    _act!();
                }

                return;
            }

            if (reached == point && ++_reached == occurrence)
                Process.GetCurrentProcess().Kill();
        }
    }
}
