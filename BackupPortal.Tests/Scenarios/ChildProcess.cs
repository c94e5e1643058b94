using System.Diagnostics;

namespace BackupPortal.Tests.Scenarios;

/// <summary>The tests' own program as a process of its own.</summary>
internal static class ChildProcess
{
    /// <summary>The exit code of what died of SIGKILL.</summary>
    public const int Killed = 128 + 9;

    /// <summary>How long a child may take before something must be wrong.</summary>
    public static readonly TimeSpan AtMost = TimeSpan.FromSeconds(60);

    /// <summary>How to start it with these arguments.</summary>
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
            start.ArgumentList.Add(typeof(ChildProcess).Assembly.Location);
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        return start;
    }

    /// <summary>Starts it with these arguments, and waits for what it says.</summary>
    public static async Task<(string Output, string Errors, int ExitCode)> RunAsync(IReadOnlyList<string> arguments, TimeSpan atMost, CancellationToken cancellationToken)
    {
        using var process = Process.Start(Program(arguments))!;
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bound.CancelAfter(atMost);
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(bound.Token), process.StandardError.ReadToEndAsync(bound.Token));
        try
        {
            await process.WaitForExitAsync(bound.Token);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }

        return (await output, await errors, process.ExitCode);
    }

    /// <summary>Starts it with these arguments, and waits until it is dead.</summary>
    /// <returns>True when it was killed; false when it came to its end.</returns>
    public static async Task<bool> IsKilledAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        using var process = Process.Start(Program(arguments))!;
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bound.CancelAfter(AtMost);
        var output = process.StandardOutput.ReadToEndAsync(bound.Token);
        var errors = process.StandardError.ReadToEndAsync(bound.Token);
        await process.WaitForExitAsync(bound.Token);
        if (process.ExitCode is not (0 or Killed))
            Assert.Fail($"The child ended with {process.ExitCode}: {await output} {await errors}");
        return process.ExitCode == Killed;
    }
}
