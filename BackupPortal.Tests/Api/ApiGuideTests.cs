using System.Diagnostics;
using System.Text.RegularExpressions;

namespace BackupPortal.Tests.Api;

/// <summary>Runs the examples of docs/api.md as they stand there, with a real shell and a real curl.</summary>
public sealed partial class ApiGuideTests(ApiPortal portal) : IClassFixture<ApiPortal>
{
    private static string Guide => Path.Combine(
        new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar)).Parent!.Parent!.Parent!.Parent!.FullName, "docs", "api.md");

    [Fact]
    public async Task Examples_OfTheGuide_RunAsTheyStand()
    {
        var examples = Example().Matches(await File.ReadAllTextAsync(Guide, TestContext.Current.CancellationToken)).Select(match => match.Groups["code"].Value).ToList();
        Assert.True(examples.Count >= 8);
        var created = await portal.Server.CreateTokenAsync(ApiPortal.Admin);
        // After each example a line of its own, by which the one that failed is known.
        var script = "set -eu\n" + string.Concat(examples.Select((example, at) => $"{example}\necho; echo '== {at}'\n"));

        var (code, output, errors) = await RunAsync(script, created.Text);

        Assert.True(code == 0, $"{output}\n{errors}");
        Assert.Contains("\"name\":\"Schule north\"", output, StringComparison.Ordinal);
        Assert.Contains("event: end", output, StringComparison.Ordinal);
        Assert.Contains("\"note\":\"before the update\"", output, StringComparison.Ordinal);
        Assert.Contains("\"kind\":\"Undo\"", output, StringComparison.Ordinal);
        Assert.Contains("\"at\":\"02:30\"", output, StringComparison.Ordinal);
        Assert.Contains($"== {examples.Count - 1}", output, StringComparison.Ordinal);
    }

    private async Task<(int Code, string Output, string Errors)> RunAsync(string script, string token)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-s"]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PORTAL"] = portal.Server.Address.ToString().TrimEnd('/');
        start.Environment["TOKEN"] = token;
        using var shell = Process.Start(start)!;
        await shell.StandardInput.WriteAsync(script);
        shell.StandardInput.Close();
        var (output, errors) = (shell.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), shell.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        await shell.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (shell.ExitCode, await output, await errors);
    }

    [GeneratedRegex("```sh\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Example();
}
