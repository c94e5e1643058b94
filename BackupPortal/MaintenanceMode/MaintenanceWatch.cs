using BackupPortal.Access;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Maintenance;
using BackupPortal.Core.Tenancy;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace BackupPortal.MaintenanceMode;

/// <summary>
/// Around every page: draws a tenant's page for its ordinary users only while the tenant is open, and switches an open page to the waiting page
/// as soon as maintenance mode begins.
/// </summary>
public sealed class MaintenanceWatch : ComponentBase, IDisposable
{
    private bool isLeaving;

    [Inject]
    private MaintenanceGuard Guard { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Parameter, EditorRequired]
    public required RenderFragment ChildContent { get; set; }

    /// <summary>Null on pages of no tenant.</summary>
    [CascadingParameter]
    private TenantGrant? Grant { get; set; }

    protected override void OnInitialized() => Guard.Changed += OnChanged;

    protected override void OnParametersSet() => SwitchWhenClosed();

    public void Dispose() => Guard.Changed -= OnChanged;

    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        if (MustWait())
            return;
        builder.AddContent(0, ChildContent);
    }

    private bool MustWait() =>
        Grant is { } grant && !grant.Allows(TenantRole.Admin) && Guard.Find(grant.Tenant.Slug) is not null;

    private void OnChanged(TenantSlug tenant)
    {
        if (Grant?.Tenant.Slug == tenant)
            _ = DrawAgainAsync();
    }

    private async Task DrawAgainAsync()
    {
        try
        {
            await InvokeAsync(() =>
            {
                SwitchWhenClosed();
                StateHasChanged();
            });
        }
        catch (Exception exception)
        {
            await DispatchExceptionAsync(exception);
        }
    }

    // Not after rendering: that would need the browser's word that it has drawn, which the circuit gate already refuses.
    private void SwitchWhenClosed()
    {
        var mustWait = MustWait();
        var leavesNow = mustWait && !isLeaving;
        isLeaving = mustWait;
        // The same address again, but from the server: the middleware answers it with the waiting page.
        if (leavesNow)
            Navigation.NavigateTo(Navigation.Uri, forceLoad: true);
    }
}
