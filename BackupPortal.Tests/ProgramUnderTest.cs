using System.Diagnostics;
using System.Text.Json;

namespace BackupPortal.Tests;

/// <summary>Runs the built <c>BackupPortal.dll</c> as a process of its own, on one data root.</summary>
internal sealed class ProgramUnderTest(string dataRoot)
{
    /// <summary>No command of these tests takes anywhere near this long.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    public string DataRoot { get; } = dataRoot;

    /// <summary>Set in the environment of every command from now on.</summary>
    public IDictionary<string, string> Variables { get; } = new Dictionary<string, string>();

    /// <summary>Runs a command to its end, with <c>--data</c> added.</summary>
    public async Task<ProgramResult> RunAsync(params IReadOnlyList<string> arguments)
    {
        using var process = Start(arguments);
        process.StandardInput.Close();
        return await EndAsync(process);
    }

    /// <summary>Runs a command that must succeed with <c>--json</c>, and reads its document.</summary>
    public async Task<JsonElement> ReadAsync(params IReadOnlyList<string> arguments)
    {
        var result = await RunAsync([.. arguments, "--json"]);
        Assert.True(result.ExitCode == 0, $"{string.Join(' ', arguments)} ended with {result.ExitCode}: {result.Errors}");
        return result.Json;
    }

    /// <summary>Starts a command; the caller ends and disposes it.</summary>
    public Process Start(params IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet", [ProgramFile, .. arguments, "--data", DataRoot])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // The portal must work the same wherever it is started.
        start.WorkingDirectory = Path.GetTempPath();
        start.Environment.Remove("ASPNETCORE_ENVIRONMENT");
        start.Environment.Remove("ASPNETCORE_URLS");
        foreach (var (name, value) in Variables)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    public static async Task<ProgramResult> EndAsync(Process process)
    {
        using var tooLong = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        tooLong.CancelAfter(Longest);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(tooLong.Token);
            var errors = process.StandardError.ReadToEndAsync(tooLong.Token);
            await process.WaitForExitAsync(tooLong.Token);
            return new ProgramResult(process.ExitCode, await output, await errors);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    /// <summary>What Ctrl-C does.</summary>
    public static async Task InterruptAsync(Process process)
    {
        using var kill = Process.Start("kill", ["-INT", $"{process.Id}"]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Reads lines until one holds <paramref name="text"/>.</summary>
    public static async Task<string> WaitForLineAsync(StreamReader lines, string text)
    {
        using var tooLong = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        tooLong.CancelAfter(Longest);
        while (await lines.ReadLineAsync(tooLong.Token) is { } line)
            if (line.Contains(text, StringComparison.Ordinal))
                return line;
        throw new InvalidOperationException($"The program ended without saying '{text}'.");
    }

    /// <summary>The source tree: the tests' output is in .../BackupPortal.Tests/bin/(configuration)/(framework)/.</summary>
    public static string Root => Framework.Parent!.Parent!.Parent!.Parent!.FullName;

    private static DirectoryInfo Framework => new(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));

    // The program's own build output, of the same configuration.
    private static string ProgramFile => Path.Combine(Root, "BackupPortal", "bin", Framework.Parent!.Name, Framework.Name, "BackupPortal.dll");
}

internal sealed record ProgramResult(int ExitCode, string Output, string Errors)
{
    /// <summary>Standard output as the one JSON document that it must be.</summary>
    public JsonElement Json => JsonDocument.Parse(Output).RootElement;
}
