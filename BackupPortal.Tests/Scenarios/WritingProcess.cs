using System.Diagnostics;
using System.Globalization;
using BackupPortal.Core.Messages;
using BackupPortal.Core.Repository;
using BackupPortal.Core.Storage;
using BackupPortal.Tests.Repository;

namespace BackupPortal.Tests.Scenarios;

/// <summary>A process of its own, on a host of any name, that backs a database up into a shared repository: says when it has the lease, and goes on when told to.</summary>
internal sealed class WritingProcess : IDisposable
{
    public const string Argument = "--writing-process";

    private readonly Process process;

    private WritingProcess(Process process) => this.process = process;

    /// <param name="count">How many backups, one after the other.</param>
    public static WritingProcess Start(string host, string repository, string database, TimeSpan leaseLength, int count)
    {
        var start = ChildProcess.Program(Argument, repository, database, $"{leaseLength.TotalMilliseconds}", $"{count}");
        // What goes wrong in it is to be seen among what the tests say.
        start.RedirectStandardError = false;
        start.Environment[LeaseProcess.HostVariable] = host;
        return new WritingProcess(Process.Start(start)!);
    }

    /// <summary>The next line that it says: <c>holding</c>, the identifier of a snapshot, or a failure.</summary>
    public async Task<string> ReadAsync()
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        bound.CancelAfter(ChildProcess.AtMost);
        return await process.StandardOutput.ReadLineAsync(bound.Token) ?? "ended";
    }

    public Task GoOnAsync() => process.StandardInput.WriteLineAsync("go");

    /// <param name="signal">For example <c>STOP</c>; a process that was told to stop has stopped when the task ends.</param>
    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        while (signal == "STOP" && !(await File.ReadAllTextAsync($"/proc/{process.Id}/stat")).Contains(") T ", StringComparison.Ordinal))
            await Task.Yield();
        if (signal == "KILL")
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    public void Dispose()
    {
        if (!process.HasExited)
            process.Kill();
        process.Dispose();
    }

    public static async Task RunAsync(string[] arguments)
    {
        using var folder = new TestFolder();
        var store = new LocalDirectoryStore(arguments[0], TimeProvider.System);
        var options = new LeaseOptions
        {
            Length = TimeSpan.FromMilliseconds(int.Parse(arguments[2], CultureInfo.InvariantCulture)),
            LongestWait = ChildProcess.AtMost,
        };
        var rig = new RepositoryRig(folder, store, leases: new DirectoryLeases(store, options, TimeProvider.System));
        for (var i = 0; i < int.Parse(arguments[3], CultureInfo.InvariantCulture); i++)
            Console.WriteLine(await BackUpAsync(rig, arguments[1]));
    }

    private static async Task<string> BackUpAsync(RepositoryRig rig, string database)
    {
        try
        {
            await using var writer = await rig.Repository.BeginAsync(CancellationToken.None);
            Console.WriteLine("holding");
            Console.ReadLine();
            var files = new Dictionary<string, byte[]> { ["a"] = Guid.NewGuid().ToByteArray() };
            return (await rig.BackupAsync(writer, database, files, CancellationToken.None)).Id.Value;
        }
        catch (PortalException e)
        {
            return $"{e.What.Key}: {e.Message}";
        }
    }
}
