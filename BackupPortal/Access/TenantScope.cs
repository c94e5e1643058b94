using BackupPortal.Core.Catalog;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Rendering;
using RouteData = Microsoft.AspNetCore.Components.RouteData;

namespace BackupPortal.Access;

/// <summary>
/// Around every page: gives pages of a tenant what their user may do there, as a cascading <see cref="TenantGrant"/>; null on other pages, and
/// when the user has no business with the tenant (then the page is not drawn, see <c>Routes.razor</c>).
/// </summary>
public sealed class TenantScope : ComponentBase
{
    private bool isDecided;
    private TenantGrant? grant;

    [Inject]
    private TenantAccess Access { get; set; } = default!;

    [Parameter, EditorRequired]
    public required RouteData RouteData { get; set; }

    [Parameter, EditorRequired]
    public required RenderFragment ChildContent { get; set; }

    [CascadingParameter]
    private Task<AuthenticationState>? AuthenticationState { get; set; }

    protected override async Task OnParametersSetAsync()
    {
        var slug = RouteData.RouteValues.GetValueOrDefault(RequireTenantRoleAttribute.RouteValue) as string;
        // Nothing of the next tenant is drawn with the grant of the last one.
        isDecided = slug == grant?.Tenant.Slug.Value;
        if (slug is null || AuthenticationState is null)
        {
            grant = null;
        }
        else
        {
            var user = (await AuthenticationState).User;
            grant = (await Access.DecideAsync(user, slug, TenantRole.Member, CancellationToken.None)).Grant;
        }
        isDecided = true;
    }

    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        if (!isDecided)
            return;
        builder.OpenComponent<CascadingValue<TenantGrant?>>(0);
        builder.AddComponentParameter(1, nameof(CascadingValue<>.Value), grant);
        builder.AddComponentParameter(2, nameof(CascadingValue<>.ChildContent), ChildContent);
        builder.CloseComponent();
    }
}
