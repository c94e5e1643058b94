using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(BackupPortal.Tests.Browser.DemoStage))]

namespace BackupPortal.Tests.Browser;

/// <summary>One portal with the demo schools for all tests that only look.</summary>
public sealed class DemoStage : IAsyncLifetime
{
    private readonly TestFolder _folder = new();
    private readonly SemaphoreSlim _starting = new(1, 1);
    private BrowserPortal? _portal;

    /// <summary>Signs one of the demo people in, in a new browser profile.</summary>
    /// <param name="who">The part of the address before <c>@</c>, for example <c>admin.goethe</c>.</param>
    public async Task<IPage> EnterAsync(IBrowserContext context, string who)
    {
        var portal = await StartAsync();
        return await portal.SignInAsync(context, Of(portal, who));
    }

    internal async Task<BrowserPortal> StartAsync()
    {
        await _starting.WaitAsync();
        try
        {
            return _portal ??= await OpenAsync();
        }
        finally
        {
            _starting.Release();
        }
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_portal is not null)
            await _portal.DisposeAsync();
        _folder.Dispose();
        _starting.Dispose();
    }

    private static Credentials Of(BrowserPortal portal, string who)
    {
        var address = $"{who}@demo.example";
        return new Credentials(address, portal.Told(address));
    }

    // With something to look at: a few days of school with a backup each, and a restore that can be undone.
    private async Task<BrowserPortal> OpenAsync()
    {
        var program = new ProgramUnderTest(_folder["data"]);
        var portal = await BrowserPortal.StartAsync(program, "--demo");
        var live = _folder["data/tenants/goethe/app.db"];
        foreach (var (seed, note) in new[] { (1, "Vor der Zeugniskonferenz"), (2, "Import der neuen Fünftklässler"), (3, "") })
        {
            await Core.Demo.DemoDay.LiveAsync(live, seed, CancellationToken.None);
            await program.ReadAsync(note.Length > 0 ? ["backup", "goethe", "--note", note] : ["backup", "goethe"]);
        }
        await program.ReadAsync("verify", "goethe", "--all");
        await program.ReadAsync("verify", "goethe", "latest", "--level", "drill");
        await program.ReadAsync("restore", "goethe", "latest", "--yes");
        return portal;
    }
}
