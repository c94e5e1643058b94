using System.Diagnostics;

namespace BackupPortal.Tests.Export;

/// <summary>Programs that a school's technician has: what the portal writes must be of use to them.</summary>
internal static class StockTool
{
    /// <summary>Runs it to its end, which must be a good one.</summary>
    /// <returns>What it printed.</returns>
    public static async Task<string> RunAsync(string program, params IReadOnlyList<string> arguments)
    {
        var (exitCode, printed, errors) = await TryAsync(program, arguments);
        Assert.True(exitCode == 0, $"{program} {string.Join(' ', arguments)} ended with {exitCode}: {errors}{printed}");
        return printed;
    }

    public static async Task<(int ExitCode, string Printed, string Errors)> TryAsync(string program, params IReadOnlyList<string> arguments)
    {
        var stop = TestContext.Current.CancellationToken;
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync(stop);
        var printed = await process.StandardOutput.ReadToEndAsync(stop);
        await process.WaitForExitAsync(stop);
        return (process.ExitCode, printed, await errors);
    }
}
