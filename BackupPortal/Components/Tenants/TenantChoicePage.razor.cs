using BackupPortal.Access;
using BackupPortal.Components.Formats;
using BackupPortal.Components.Layout;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Operations;
using Microsoft.AspNetCore.Components;
using static BackupPortal.Components.Tenants.TenantsTexts;

namespace BackupPortal.Components.Tenants;

/// <summary>The schools of the person who is signed in; straight on to the only one.</summary>
public sealed partial class TenantChoicePage
{
    private IReadOnlyList<(TenantGrant Grant, DateTimeOffset? LastBackupUtc)>? schools;
    private bool isOperator;

    [Inject]
    private TenantAccess Access { get; set; } = default!;

    [Inject]
    private SnapshotIndex Snapshots { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    /// <summary>Shows the choice also when there is only one.</summary>
    [SupplyParameterFromQuery]
    private bool All { get; set; }

    protected override async Task OnInitializedAsync()
    {
        var user = await UserAsync();
        var grants = await Access.ListAsync(user, Gone);
        if (grants is [var only] && !All)
        {
            Navigation.NavigateTo(PortalAddress.Overview(only.Tenant.Slug), replace: true);
            return;
        }

        isOperator = grants.Any(static grant => grant.IsOperator) || await IsOperatorAsync(user);
        await LoadAsync(grants);
        Follow(null);
    }

    protected override async Task ReceiveAsync(OperationView view)
    {
        // Of all schools' operations only those of this person's make a difference here.
        if (view.State == OperationState.Succeeded && schools?.Any(school => school.Grant.Tenant.Id == view.Tenant) == true)
            await LoadAsync([.. schools.Select(static school => school.Grant)]);
    }

    private async Task LoadAsync(IReadOnlyList<TenantGrant> grants)
    {
        var newest = await Snapshots.NewestAsync(Gone);
        schools = [.. grants.Select(grant => (grant, newest.GetValueOrDefault(grant.Tenant.Id)?.CreatedUtc))];
    }

    private async Task<bool> IsOperatorAsync(System.Security.Claims.ClaimsPrincipal user) =>
        await Access.DecideOperatorAsync(user, Gone) == AccessVerdict.Allowed;

    private string LastBackup(TenantGrant grant, DateTimeOffset? lastBackup) =>
        lastBackup is { } at ? Texts["LastBackup", TimeText.Near(at, Now, grant.Tenant.TimeZone)] : Texts["NoBackup"];

    private static string RoleName(TenantGrant grant) =>
        Texts[grant.IsOperator ? "RoleOperator" : grant.Allows(TenantRole.Admin) ? "RoleAdmin" : "RoleMember"];
}
