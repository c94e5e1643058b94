using System.Diagnostics;
using BackupPortal.Core.Pruning;
using BackupPortal.Core.Repository;
using BackupPortal.Core.Storage;
using BackupPortal.Tests.Repository;

namespace BackupPortal.Tests.Scenarios;

/// <summary>A process of its own, on a host of any name, that prunes a shared repository until it is told to end, and says each snapshot that it gives up.</summary>
internal sealed class PruneLoopProcess : IDisposable
{
    public const string Argument = "--prune-loop";

    private const int Keep = 2;

    private readonly Process process;

    private PruneLoopProcess(Process process) => this.process = process;

    public static PruneLoopProcess Start(string host, string repository)
    {
        var start = ChildProcess.Program(Argument, repository);
        start.Environment[LeaseProcess.HostVariable] = host;
        return new PruneLoopProcess(Process.Start(start)!);
    }

    /// <summary>Ends it after the prune that is under way.</summary>
    /// <returns>The snapshots that it gave up, and how often it pruned.</returns>
    public async Task<(IReadOnlyList<string> GivenUp, int Prunes)> EndAsync()
    {
        process.StandardInput.Close();
        var result = await ProgramUnderTest.EndAsync(process);
        Assert.True(result.ExitCode == 0, result.Errors);
        var lines = result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return ([.. lines.Where(line => line != "pruned")], lines.Count(line => line == "pruned"));
    }

    public void Dispose()
    {
        if (!process.HasExited)
            process.Kill();
        process.Dispose();
    }

    public static async Task RunAsync(string repository)
    {
        using var folder = new TestFolder();
        var store = new LocalDirectoryStore(repository, TimeProvider.System);
        var rig = new RepositoryRig(folder, store, leases: new DirectoryLeases(store, new LeaseOptions(), TimeProvider.System));
        var pruning = new RepositoryPruning(rig.Repository, TimeProvider.System, new NoPruneCheckpoint());
        var end = Task.Run(Console.In.ReadToEnd);
        while (!end.IsCompleted)
        {
            var giveUp = (await rig.Repository.ListAsync(CancellationToken.None)).Skip(Keep).ToList();
            await pruning.RunAsync(giveUp, [], () => { }, CancellationToken.None);
            foreach (var id in giveUp)
                Console.WriteLine(id.Value);
            Console.WriteLine("pruned");
        }
    }
}
