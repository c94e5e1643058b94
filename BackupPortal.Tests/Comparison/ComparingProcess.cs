using System.Diagnostics;
using BackupPortal.Core;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Comparison;
using BackupPortal.Core.Messages;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Tenancy;
using BackupPortal.Tests.Scenarios;

namespace BackupPortal.Tests.Comparison;

/// <summary>A process of its own that compares a snapshot with live data, and waits at one step until it is told to go on.</summary>
internal sealed class ComparingProcess : IDisposable
{
    public const string Argument = "--comparing-process";

    private readonly Process process;

    private ComparingProcess(Process process) => this.process = process;

    public static ComparingProcess Start(string dataRoot, SnapshotId snapshot, ComparisonStep step) =>
        new(Process.Start(ChildProcess.Program(Argument, dataRoot, snapshot.Value, step.ToString()))!);

    /// <summary>The next line that it says: <c>waiting</c> at the step, then what it found, or why it found nothing.</summary>
    public async Task<string> ReadAsync()
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        bound.CancelAfter(ChildProcess.AtMost);
        return await process.StandardOutput.ReadLineAsync(bound.Token) ?? await process.StandardError.ReadToEndAsync(bound.Token);
    }

    public Task GoOnAsync() => process.StandardInput.WriteLineAsync("go");

    public void Dispose()
    {
        if (!process.HasExited)
            process.Kill();
        process.Dispose();
    }

    public static async Task RunAsync(string[] arguments)
    {
        var services = new ServiceCollection();
        services.AddBackupPortalCore(new DataRoot(arguments[0]));
        await using var provider = services.BuildServiceProvider();
        var tenant = (await provider.GetRequiredService<TenantStore>().ListAsync(CancellationToken.None)).Single();
        var (step, isWaiting) = (Enum.Parse<ComparisonStep>(arguments[2]), false);
        try
        {
            using var comparison = await provider.GetRequiredService<StateComparer>().RunAsync(tenant, SnapshotId.Parse(arguments[1]), null, Wait, CancellationToken.None);
            Console.WriteLine($"{ComparedSchool.Text(comparison)}; files +{comparison.Files.ComeBack} ~{comparison.Files.Revert} -{comparison.Files.Disappear}");
        }
        catch (PortalException ended)
        {
            Console.WriteLine(ended.What.Key);
        }

        void Wait(ComparisonProgress progress)
        {
            if (isWaiting || progress.Step != step)
                return;
            isWaiting = true;
            Console.WriteLine("waiting");
            Console.ReadLine();
        }
    }
}
