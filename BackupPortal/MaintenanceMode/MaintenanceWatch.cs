using BackupPortal.Access;
using BackupPortal.Core.Maintenance;
using BackupPortal.Core.Catalog;
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

    public void Dispose() => Guard.Changed -= OnChanged;

    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        if (MustWait())
            return;
        builder.AddContent(0, ChildContent);
    }

    protected override void OnAfterRender(bool firstRender)
    {
        var mustWait = MustWait();
        var leavesNow = mustWait && !isLeaving;
        isLeaving = mustWait;
        if (!leavesNow)
            return;
        // The same address again, but from the server: the middleware answers it with the waiting page.
        Navigation.NavigateTo(Navigation.Uri, forceLoad: true);
    }

    private bool MustWait() =>
        Grant is { } grant && !grant.Allows(TenantRole.Admin) && Guard.Find(grant.Tenant.Slug) is not null;

    private void OnChanged(TenantSlug tenant)
    {
        if (Grant?.Tenant.Slug == tenant)
            _ = InvokeAsync(StateHasChanged);
    }
}
