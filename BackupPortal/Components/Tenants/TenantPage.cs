using BackupPortal.Access;
using BackupPortal.Components.Shared;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Tenancy;
using Microsoft.AspNetCore.Components;

namespace BackupPortal.Components.Tenants;

/// <summary>A page of one school: knows the school and what its reader may do there, follows its operations, and loads again when the address changes.</summary>
public abstract class TenantPage : LivePage
{
    private object? loaded;

    [Inject]
    private TenantAccess Access { get; set; } = default!;

    [Inject]
    private OperationQueue Queue { get; set; } = default!;

    // Kept when it is taken away: the page is drawn once more before it gives way to the sign-in, and must not fail meanwhile.
    [CascadingParameter]
    private TenantGrant? Grant { get; set => field = value ?? field; }

    [Parameter]
    public string Slug { get; set; } = "";

    /// <summary>False until the first load is over; what is then on the page is right.</summary>
    protected bool IsLoaded { get; private set; }

    private protected Tenant Tenant => Grant!.Tenant;

    private protected bool IsAdmin => Grant!.Allows(TenantRole.Admin);

    private protected bool IsOperator => Grant!.IsOperator;

    /// <summary>What <see cref="LoadAsync"/> depends on beside the school; a new value loads again.</summary>
    private protected virtual object? LoadsFor => null;

    /// <summary>Only what a person may see: the page's attribute and its grant were checked, code that changes something asks again.</summary>
    private protected abstract Task LoadAsync();

    protected override async Task OnParametersSetAsync()
    {
        if (Grant is null)
            return;
        var wanted = (Tenant.Id, LoadsFor);
        if (wanted.Equals(loaded))
            return;
        if (loaded is ValueTuple<TenantId, object?> before && before.Item1 != Tenant.Id)
            await UnfollowAsync();
        loaded = wanted;
        // First, so that nothing that happens while loading is missed.
        Follow(Tenant.Id);
        await LoadAsync();
        IsLoaded = true;
    }

    /// <summary>Asked right before something is done for the person, whatever the page has shown so far.</summary>
    /// <exception cref="AccessDeniedException">The person may not (any more).</exception>
    private protected async Task<TenantGrant> RequireAsync(TenantRole needed) =>
        await Access.RequireAsync(await UserAsync(), Tenant.Slug, needed, Gone);

    /// <summary>Queues long work for the school's admins; it goes on whatever happens to this page.</summary>
    private protected async Task<OperationId> QueueAsync(OperationKind kind, string arguments)
    {
        var grant = await RequireAsync(TenantRole.Admin);
        var user = await UserAsync();
        return await Queue.EnqueueAsync(grant.Tenant.Id, kind, arguments, user.Identity?.Name ?? "", Gone);
    }

    /// <returns>False when the operation can no longer be cancelled.</returns>
    private protected async Task<bool> CancelAsync(OperationId operation)
    {
        var grant = await RequireAsync(TenantRole.Admin);
        return await Queue.CancelAsync(grant.Tenant.Id, operation, Gone);
    }
}
