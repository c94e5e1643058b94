using System.Globalization;
using BackupPortal.Access;
using BackupPortal.Components.Shared;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Maintenance;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Tenancy;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;

namespace BackupPortal.Components.Layout;

/// <summary>Tells everybody on a school's pages that they will have to wait soon, and how soon; lets its admins call that off.</summary>
public sealed partial class CountdownBanner : IAsyncDisposable
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource gone = new();
    private readonly CultureInfo culture = CultureInfo.CurrentCulture;
    private readonly CultureInfo language = CultureInfo.CurrentUICulture;
    private MaintenanceAnnouncement? announced;
    private CountdownAnnouncement? spoken;
    private Problem? problem;
    private Task counting = Task.CompletedTask;
    private bool isCallingOff;

    [Inject]
    private MaintenanceGuard Guard { get; set; } = default!;

    [Inject]
    private TenantAccess Access { get; set; } = default!;

    [Inject]
    private OperationQueue Queue { get; set; } = default!;

    [Inject]
    private TimeProvider Time { get; set; } = default!;

    /// <summary>Null outside a school's pages.</summary>
    [CascadingParameter]
    private TenantGrant? Grant { get; set; }

    [CascadingParameter]
    private Task<AuthenticationState> Authentication { get; set; } = default!;

    private TimeSpan Left => announced is { } ahead && ahead.BeginsUtc > Time.GetUtcNow()
        ? TimeSpan.FromSeconds(Math.Ceiling((ahead.BeginsUtc - Time.GetUtcNow()).TotalSeconds))
        : TimeSpan.Zero;

    // They are not kept out themselves.
    private bool MayCallOff => Grant?.Allows(TenantRole.Admin) ?? false;

    private string Title => CountdownAnnouncement.TitleOf(Left, MayCallOff);

    protected override void OnInitialized() => Guard.Changed += Changed;

    protected override void OnParametersSet() => Look();

    public async ValueTask DisposeAsync()
    {
        Guard.Changed -= Changed;
        await gone.CancelAsync();
        await counting;
        gone.Dispose();
    }

    private void Look()
    {
        var before = announced;
        var slug = Grant?.Tenant.Slug;
        var isClosed = slug is not null && Guard.Find(slug) is not null;
        announced = slug is null || isClosed ? null : Guard.FindAnnouncement(slug);
        isCallingOff &= announced is not null;
        // Whoever has to wait now is told so by what comes next.
        spoken = before is not null && announced is null && isClosed ? null : CountdownAnnouncement.Next(spoken, announced, Left, MayCallOff);
        if (announced is not null && counting.IsCompleted && RendererInfo.IsInteractive)
            counting = CountAsync();
    }

    private void Changed(TenantSlug tenant)
    {
        if (tenant == Grant?.Tenant.Slug)
            _ = ShowAsync();
    }

    private Task ShowAsync() => InvokeAsync(() =>
    {
        if (gone.IsCancellationRequested)
            return;
        // Whoever changed it has a language of their own.
        CultureInfo.CurrentCulture = culture;
        CultureInfo.CurrentUICulture = language;
        Look();
        StateHasChanged();
    });

    private async Task CountAsync()
    {
        using var timer = new PeriodicTimer(s_second, Time);
        try
        {
            while (announced is not null && await timer.WaitForNextTickAsync(gone.Token))
                await ShowAsync();
        }
        catch (OperationCanceledException) when (gone.IsCancellationRequested)
        {
            // The page was left; that is how counting ends.
            return;
        }
    }

    private async Task CallOffAsync()
    {
        if (announced is not { } ahead)
            return;
        problem = null;
        isCallingOff = true;
        try
        {
            var grant = await Access.RequireAsync((await Authentication).User, Grant!.Tenant.Slug, TenantRole.Admin, gone.Token);
            isCallingOff = await Queue.CancelAsync(grant.Tenant.Id, ahead.Operation, gone.Token);
        }
        catch (Exception failure) when (Problem.From(failure) is { } known)
        {
            (problem, isCallingOff) = (known, false);
        }
    }
}
