using System.Diagnostics;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace BackupPortal.Tests.Browser;

/// <summary>The real portal as a process of its own, and what a person does with it in a browser.</summary>
internal sealed partial class BrowserPortal : IAsyncDisposable
{
    private readonly Process _process;
    private readonly List<string> _lines;
    private readonly Task<string[]> _rest;

    private BrowserPortal(Process process, Uri address, List<string> lines)
    {
        _process = process;
        _lines = lines;
        Address = address;
        // Read to the end, so that the process never waits for a reader.
        _rest = Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
    }

    public Uri Address { get; }

    public static async Task<BrowserPortal> StartAsync(ProgramUnderTest program, params string[] options)
    {
        var process = program.Start(["serve", "--urls", "http://127.0.0.1:0", .. options]);
        try
        {
            var lines = new List<string>();
            using var tooLong = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            tooLong.CancelAfter(ProgramUnderTest.Longest);
            while (await process.StandardOutput.ReadLineAsync(tooLong.Token) is { } line)
            {
                lines.Add(line);
                if (ListeningAddress().Match(line) is { Success: true } listening)
                {
                    return new BrowserPortal(process, new Uri(listening.Groups[1].Value), lines);
                }
            }
            throw new InvalidOperationException($"The portal did not start: {await process.StandardError.ReadToEndAsync(tooLong.Token)}");
        }
        catch
        {
            End(process);
            throw;
        }
    }

    /// <summary>What the console said after <paramref name="label"/> on its line, up to the next space.</summary>
    public string Told(string label)
    {
        var line = _lines.First(line => line.Contains(label, StringComparison.Ordinal));
        return line[(line.IndexOf(label, StringComparison.Ordinal) + label.Length)..].Trim().Split(' ')[0];
    }

    /// <summary>Signs in with a new page of <paramref name="context"/>, and waits until the portal's first page is interactive.</summary>
    public async Task<IPage> SignInAsync(IBrowserContext context, Credentials who)
    {
        var page = await context.NewPageAsync();
        await page.GotoAsync(new Uri(Address, "/sign-in").ToString());
        await page.FillAsync("#email", who.Email);
        await page.FillAsync("#password", who.Password);
        await page.ClickAsync("form.account-form button[type=submit]");
        await page.WaitForURLAsync(url => !url.Contains("/sign-in", StringComparison.Ordinal));
        return page;
    }

    /// <summary>Goes to a page of the portal, and waits until it can be used: the circuit is there and its content is loaded.</summary>
    public async Task<IResponse?> OpenAsync(IPage page, string path)
    {
        var answer = await page.GotoAsync(new Uri(Address, path).ToString());
        await WaitUntilInteractiveAsync(page);
        return answer;
    }

    /// <summary>Waits until the page's circuit runs. Pages without one are ready at once.</summary>
    public static async Task WaitUntilInteractiveAsync(IPage page)
    {
        await page.WaitForLoadStateAsync(LoadState.NetworkIdle);
        await page.WaitForFunctionAsync("() => document.querySelector('h1')");
    }

    public async ValueTask DisposeAsync()
    {
        End(_process);
        await _process.WaitForExitAsync(CancellationToken.None);
        foreach (var output in await _rest)
            TestContext.Current.TestOutputHelper?.WriteLine(output);
        _process.Dispose();
    }

    private static void End(Process process)
    {
        if (!process.HasExited)
            process.Kill(entireProcessTree: true);
    }

    [GeneratedRegex(@"listens on (http://127\.0\.0\.1:[0-9]+)")]
    private static partial Regex ListeningAddress();
}

internal sealed record Credentials(string Email, string Password);
