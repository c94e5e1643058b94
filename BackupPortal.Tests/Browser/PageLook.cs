using System.Collections.Concurrent;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace BackupPortal.Tests.Browser;

/// <summary>Looks at pages: takes a picture of each, and collects what is wrong with it.</summary>
internal sealed class PageLook : IAsyncDisposable
{
    private static readonly string[] _expected = ["status of 404", "status of 503"];
    private static readonly string[] _grave = ["serious", "critical"];
    private readonly ConcurrentQueue<string> _problems = new();
    private readonly IBrowserContext _context;
    private readonly string _view;
    private readonly string[] _provoked;

    /// <param name="view">Goes into the pictures' names: language, scheme, width.</param>
    /// <param name="provoked">What the console says of faults that the test itself brings about.</param>
    public PageLook(IBrowserContext context, string view, params string[] provoked)
    {
        _context = context;
        _view = view;
        _provoked = provoked;
        context.Console += OnConsole;
    }

    /// <summary>Where the pictures go: whole pages, and what a window shows of them.</summary>
    private static string Folder => Path.Combine(ProgramUnderTest.Root, "artifacts");

    public async Task AtAsync(IPage page, string name)
    {
        await BrowserPortal.WaitUntilInteractiveAsync(page);
        foreach (var (folder, isWhole) in new[] { ("windows", false), ("pages", true) })
            await page.ScreenshotAsync(new PageScreenshotOptions
            {
                Path = Path.Combine(Folder, folder, $"{name}-{_view}.png"),
                FullPage = isWhole,
                Animations = ScreenshotAnimations.Disabled,
            });
        if (await page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth > document.documentElement.clientWidth + 1"))
            _problems.Enqueue($"{name}: wider than the window");
        foreach (var violation in (await page.RunAxe()).Violations.Where(violation => _grave.Contains(violation.Impact)))
            _problems.Enqueue($"{name}: {violation.Id}: {violation.Help}: {string.Join("; ", violation.Nodes.Take(3).Select(node => node.Html))}");
    }

    public void AssertClean() => Assert.Equal("", string.Join('\n', _problems));

    public ValueTask DisposeAsync()
    {
        _context.Console -= OnConsole;
        return ValueTask.CompletedTask;
    }

    // A page that is not there, or waits for maintenance mode to end, says so to the console too; that is the page's business, not a defect.
    private void OnConsole(object? sender, IConsoleMessage message)
    {
        if (message.Type == "error" && !_expected.Concat(_provoked).Any(status => message.Text.Contains(status, StringComparison.Ordinal)))
            _problems.Enqueue($"{message.Page?.Url}: console: {message.Text}");
    }
}
