using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Rendering;
using RouteData = Microsoft.AspNetCore.Components.RouteData;

namespace BackupPortal.Access;

/// <summary>
/// Draws the page of a route for those who may open it, also when they move on within an open page. A page that does not say who may open it is
/// for nobody.
/// </summary>
public sealed class AccessRouteView : ComponentBase
{
    [Parameter, EditorRequired]
    public required RouteData RouteData { get; set; }

    [Parameter]
    public Type? DefaultLayout { get; set; }

    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        if (!SaysWhoMayOpenIt(RouteData.PageType))
        {
            builder.OpenComponent<AskServerAgain>(0);
            builder.CloseComponent();
            return;
        }
        builder.OpenComponent<AuthorizeRouteView>(1);
        builder.AddComponentParameter(2, nameof(AuthorizeRouteView.RouteData), RouteData);
        builder.AddComponentParameter(3, nameof(AuthorizeRouteView.Resource), RouteData);
        builder.AddComponentParameter(4, nameof(AuthorizeRouteView.DefaultLayout), DefaultLayout);
        builder.AddComponentParameter(5, nameof(AuthorizeRouteView.NotAuthorized), (RenderFragment<AuthenticationState>)(static _ => Refused));
        builder.AddComponentParameter(6, nameof(AuthorizeRouteView.Authorizing), (RenderFragment)(static _ => { }));
        builder.CloseComponent();
    }

    private static void Refused(RenderTreeBuilder builder)
    {
        builder.OpenComponent<AskServerAgain>(0);
        builder.CloseComponent();
    }

    private static bool SaysWhoMayOpenIt(Type page) =>
        page.GetCustomAttributes(inherit: true).Any(static attribute => attribute is IAuthorizeData or IAllowAnonymous);

    /// <summary>Loads the address anew, so that the request's own check gives the answer: sign-in, not allowed, or not found.</summary>
    private sealed class AskServerAgain(NavigationManager navigation) : ComponentBase
    {
        protected override void OnAfterRender(bool firstRender)
        {
            if (firstRender)
                navigation.NavigateTo(navigation.Uri, forceLoad: true);
        }
    }
}
