using System.Globalization;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Tenancy;
using BackupPortal.Live;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;

namespace BackupPortal.Components.Shared;

/// <summary>A page that stays right while it is open: it follows operations, and its relative times move on.</summary>
public abstract class LivePage : ComponentBase, IAsyncDisposable
{
    private readonly CancellationTokenSource gone = new();
    private readonly CultureInfo culture = CultureInfo.CurrentCulture;
    private readonly CultureInfo language = CultureInfo.CurrentUICulture;
    private IAsyncDisposable? feed;
    private Task ticking = Task.CompletedTask;

    // Taken once: it is still asked for when the source is disposed of.
    protected LivePage() => Gone = gone.Token;

    [Inject]
    private CircuitFeed Feed { get; set; } = default!;

    [Inject]
    private TimeProvider Time { get; set; } = default!;

    [CascadingParameter]
    private Task<AuthenticationState> Authentication { get; set; } = default!;

    /// <summary>Cancelled when the page is left.</summary>
    protected CancellationToken Gone { get; }

    protected DateTimeOffset Now => Time.GetUtcNow();

    /// <summary>What went wrong with what the person asked for last; null when nothing did.</summary>
    protected Problem? Problem { get; set; }

    private protected async Task<System.Security.Claims.ClaimsPrincipal> UserAsync() => (await Authentication).User;

    /// <summary>Begins to follow, once; does nothing while the page is rendered for the first time by the server, when nobody could be told.</summary>
    /// <param name="tenant">Null for all tenants.</param>
    private protected void Follow(TenantId? tenant)
    {
        if (feed is not null || !RendererInfo.IsInteractive || gone.IsCancellationRequested)
            return;
        feed = Feed.Subscribe(tenant, view => ShowAsync(() => ReceiveAsync(view)));
        ticking = TickAsync();
    }

    /// <summary>Stops following, so that <see cref="Follow"/> may begin with another tenant.</summary>
    private protected async Task UnfollowAsync()
    {
        if (feed is not null)
            await feed.DisposeAsync();
        feed = null;
    }

    /// <summary>Called on the circuit for every change of an operation; the page is rendered after it.</summary>
    protected virtual Task ReceiveAsync(OperationView view) => Task.CompletedTask;

    /// <summary>Changes the page from anywhere, in its reader's language.</summary>
    protected Task ShowAsync(Func<Task> change) => InvokeAsync(async () =>
    {
        if (gone.IsCancellationRequested)
            return;
        // Whoever calls has a language of their own, which would go into the page.
        CultureInfo.CurrentCulture = culture;
        CultureInfo.CurrentUICulture = language;
        try
        {
            await change();
            StateHasChanged();
        }
        catch (Exception failure) when (!gone.IsCancellationRequested)
        {
            // To the page's error boundary: nobody waits for what happens by itself.
            await DispatchExceptionAsync(failure);
        }
        catch (OperationCanceledException)
        {
            // The page was left while it was reading.
            return;
        }
    });

    /// <summary>Does what a person asked for; a reason that they can understand becomes the page's <see cref="Problem"/>.</summary>
    /// <returns>True when it was done.</returns>
    protected async Task<bool> TryAsync(Func<Task> work)
    {
        Problem = null;
        try
        {
            await work();
            return true;
        }
        catch (Exception failure) when (Shared.Problem.From(failure) is { } problem)
        {
            Problem = problem;
            return false;
        }
    }

    /// <summary>How often relative times move on; a page that shows what grows by itself may ask for more.</summary>
    protected virtual TimeSpan TickInterval => TimeSpan.FromSeconds(20);

    /// <summary>Called on the circuit each time the page's relative times are to move on.</summary>
    protected virtual Task TickedAsync() => Task.CompletedTask;

    public virtual async ValueTask DisposeAsync()
    {
        await gone.CancelAsync();
        await UnfollowAsync();
        await ticking;
        gone.Dispose();
        GC.SuppressFinalize(this);
    }

    private async Task TickAsync()
    {
        using var timer = new PeriodicTimer(TickInterval, Time);
        try
        {
            while (await timer.WaitForNextTickAsync(gone.Token))
                await ShowAsync(TickedAsync);
        }
        catch (OperationCanceledException) when (gone.IsCancellationRequested)
        {
            // The page was left; that is how ticking ends.
            return;
        }
    }
}
