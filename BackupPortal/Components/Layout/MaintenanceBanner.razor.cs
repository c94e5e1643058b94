using System.Globalization;
using BackupPortal.Access;
using BackupPortal.Components.Shared;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Maintenance;
using BackupPortal.Core.Tenancy;
using BackupPortal.MaintenanceMode;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Radzen;
using static BackupPortal.Components.Layout.LayoutTexts;

namespace BackupPortal.Components.Layout;

/// <summary>Tells a school's admins on each of its pages that ordinary users are waiting, and ends it.</summary>
public sealed partial class MaintenanceBanner : IDisposable
{
    private readonly CultureInfo culture = CultureInfo.CurrentCulture;
    private readonly CultureInfo language = CultureInfo.CurrentUICulture;
    private MaintenanceNotice? notice;
    private Problem? problem;

    [Inject]
    private MaintenanceGuard Guard { get; set; } = default!;

    [Inject]
    private MaintenanceSwitch Switch { get; set; } = default!;

    [Inject]
    private DialogService Dialogs { get; set; } = default!;

    [Inject]
    private TimeProvider Time { get; set; } = default!;

    [CascadingParameter]
    private TenantGrant? Grant { get; set; }

    [CascadingParameter]
    private Task<AuthenticationState> Authentication { get; set; } = default!;

    protected override void OnInitialized() => Guard.Changed += Changed;

    protected override void OnParametersSet() => Look();

    public void Dispose() => Guard.Changed -= Changed;

    private void Look() => notice = Grant is not null && Grant.Allows(TenantRole.Admin) ? Guard.Find(Grant.Tenant.Slug) : null;

    private void Changed(TenantSlug tenant)
    {
        if (tenant != Grant?.Tenant.Slug)
            return;
        _ = InvokeAsync(() =>
        {
            // Whoever changed it has a language of their own.
            CultureInfo.CurrentCulture = culture;
            CultureInfo.CurrentUICulture = language;
            Look();
            StateHasChanged();
        });
    }

    private async Task EndAsync()
    {
        problem = null;
        if (notice?.Operation is not null
            && await Dialogs.AskAsync<EndMaintenanceDialog, Confirmed>(this, Texts["MaintenanceEndTitle"]) is null)
            return;
        try
        {
            await Switch.LeaveAsync((await Authentication).User, Grant!.Tenant.Slug, CancellationToken.None);
        }
        catch (Exception failure) when (Problem.From(failure) is { } known)
        {
            problem = known;
        }

        Look();
    }
}
