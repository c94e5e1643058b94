using BackupPortal.Access;
using Bunit;
using Bunit.TestDoubles;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Rendering;
using RouteData = Microsoft.AspNetCore.Components.RouteData;

namespace BackupPortal.Tests.Access;

public sealed class AccessRouteViewTests : BunitContext
{
    [Fact]
    public void Page_ThatDoesNotSayWhoMayOpenIt_IsNotDrawnAndAskedForAgain()
    {
        AddAuthorization().SetAuthorized("anna@example.org");

        var view = RenderPage<SilentPage>();

        Assert.DoesNotContain("secret", view.Markup, StringComparison.Ordinal);
        Assert.True(Navigation.History.First().Options.ForceLoad);
    }

    [Fact]
    public void Page_ThatTheUserMayNotOpen_IsNotDrawnAndAskedForAgain()
    {
        AddAuthorization().SetAuthorized("anna@example.org", AuthorizationState.Unauthorized);

        var view = RenderPage<PageForSome>();

        Assert.DoesNotContain("secret", view.Markup, StringComparison.Ordinal);
        Assert.True(Navigation.History.First().Options.ForceLoad);
    }

    [Fact]
    public void Page_ThatTheUserMayOpen_IsDrawn()
    {
        AddAuthorization().SetAuthorized("anna@example.org").SetPolicies(AccessPolicies.SignedIn);

        var view = RenderPage<PageForSome>();

        Assert.Contains("secret", view.Markup, StringComparison.Ordinal);
        Assert.Empty(Navigation.History);
    }

    private BunitNavigationManager Navigation => (BunitNavigationManager)Services.GetRequiredService<NavigationManager>();

    private IRenderedComponent<CascadingAuthenticationState> RenderPage<TPage>() => Render<CascadingAuthenticationState>(parameters => parameters
        .AddChildContent<AccessRouteView>(view => view.Add(one => one.RouteData, new RouteData(typeof(TPage), new Dictionary<string, object?>()))));

    private class SilentPage : ComponentBase
    {
        protected override void BuildRenderTree(RenderTreeBuilder builder) => builder.AddContent(0, "secret");
    }

    [RequireSignIn]
    private sealed class PageForSome : SilentPage;
}
