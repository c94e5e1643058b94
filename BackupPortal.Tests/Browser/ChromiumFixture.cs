using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(BackupPortal.Tests.Browser.ChromiumFixture))]

namespace BackupPortal.Tests.Browser;

/// <summary>One Chromium for all browser tests; each test opens its own contexts, which share nothing.</summary>
public sealed class ChromiumFixture : IAsyncLifetime
{
    private readonly SemaphoreSlim starting = new(1, 1);
    private IPlaywright? playwright;
    private IBrowser? browser;

    /// <summary>A new browser profile: no cookies, the given language, colour scheme and width.</summary>
    public async Task<IBrowserContext> NewContextAsync(string locale = "en-GB", ColorScheme scheme = ColorScheme.Light, int width = 1280) =>
        await (await StartAsync()).NewContextAsync(new BrowserNewContextOptions
        {
            Locale = locale,
            ColorScheme = scheme,
            ReducedMotion = ReducedMotion.Reduce,
            ViewportSize = new ViewportSize { Width = width, Height = width < 600 ? 780 : 900 },
        });

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (browser is not null)
            await browser.CloseAsync();
        playwright?.Dispose();
        starting.Dispose();
    }

    // Only when the first browser test asks: the other tests need no Chromium.
    private async Task<IBrowser> StartAsync()
    {
        await starting.WaitAsync();
        try
        {
            playwright ??= await Playwright.CreateAsync();
            return browser ??= await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
            {
                ExecutablePath = Environment.GetEnvironmentVariable("BACKUPPORTAL_CHROMIUM") ?? "/usr/bin/chromium",
                Args =
                [
                    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                    "--disable-component-update", "--disable-sync",
                ],
            });
        }
        finally
        {
            starting.Release();
        }
    }
}
