using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;
using BackupPortal.Tests.Scenarios;

namespace BackupPortal.Tests.Model;

/// <summary>
/// Processes of their own that work in the same world and die of SIGKILL. The next one is always started ahead, so that nobody waits for it.
/// </summary>
[UnsupportedOSPlatform("windows")]
internal sealed class ModelChildren(string dataRoot) : IDisposable
{
    private Process? next;

    /// <param name="dieAt">The call of the store before which it kills itself, from 1.</param>
    /// <param name="dieAfter">When it is killed from outside instead; drawn from the run's seed.</param>
    /// <returns>What it said that it had done, before it died or ended; null for nothing.</returns>
    public async Task<string?> RunAsync(Work work, int dieAt, TimeSpan? dieAfter, World world, CancellationToken cancellationToken)
    {
        using var process = next ?? Start();
        next = null;
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bound.CancelAfter(ChildProcess.AtMost);
        var errors = process.StandardError.ReadToEndAsync(bound.Token);
        var ready = await process.StandardOutput.ReadLineAsync(bound.Token);
        if (ready != ModelChild.Ready)
            Assert.Fail($"The child said '{ready}': {await errors}");
        var call = dieAfter is null ? dieAt : 0;
        await process.StandardInput.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{work} {call} {world.Clock.GetUtcNow().Ticks} {world.Clock.GetTimestamp()} {world.MasterKey}"));
        var output = process.StandardOutput.ReadToEndAsync(bound.Token);
        if (dieAfter is not null)
        {
            // Death comes at any moment here, not at one that was chosen: how long it takes to come is drawn from the seed, where it finds the child is not.
            // Nothing is expected to have happened by then; what the child has said tells what must be there.
            await Task.WhenAny(process.WaitForExitAsync(bound.Token), Task.Delay(dieAfter.Value, bound.Token));
            process.Kill();
        }
        await process.WaitForExitAsync(bound.Token);
        if (process.ExitCode is not (0 or ChildProcess.Killed))
            Assert.Fail($"The child ended with {process.ExitCode}: {await output} {await errors}");
        next = Start();
        // A line that was cut off by death was not said.
        return (await output).Split('\n') is [var said, ..] and not [_] ? said : null;
    }

    public void Dispose()
    {
        if (next is null)
            return;
        next.Kill();
        next.WaitForExit();
        next.Dispose();
    }

    private Process Start() => Process.Start(ChildProcess.Program(ModelChild.Argument, dataRoot))!;
}
