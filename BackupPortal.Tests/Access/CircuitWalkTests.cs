using System.Reflection;
using BackupPortal.Components;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components;
using RouteData = Microsoft.AspNetCore.Components.RouteData;

namespace BackupPortal.Tests.Access;

/// <summary>Moves to every page within an open page, where no request is checked, as everybody: the same must hold.</summary>
[Collection(WalkCollection.Name)]
public sealed class CircuitWalkTests(WalkedPortal portal)
{
    [Theory]
    [InlineData(Walker.Stranger)]
    [InlineData(Walker.Member)]
    [InlineData(Walker.Admin)]
    [InlineData(Walker.Operator)]
    [InlineData(Walker.AdminOfAnotherTenant)]
    [InlineData(Walker.MemberOfAnotherTenant)]
    public async Task Pages_MovedToByEachPerson_OpenAsTheTableSays(Walker walker)
    {
        var wrong = new List<string>();
        foreach (var (page, route) in Pages())
        {
            if (!AccessTable.Routes.TryGetValue($"* {route}", out var expected) || expected == Expected.Gone)
                continue;
            var opens = await OpensAsync(page, walker);
            if (opens != AccessTable.RefusalOf(expected, walker, isPage: true) is null)
                wrong.Add($"{route}: {(opens ? "opens" : "does not open")}");
        }
        Assert.Empty(wrong);
    }

    [Fact]
    public void Pages_OfTheProgram_AllSayWhoMayOpenThem() => Assert.DoesNotContain(
        Pages(), one => !one.Page.GetCustomAttributes(inherit: true).Any(attribute => attribute is IAuthorizeData or IAllowAnonymous));

    // As AuthorizeRouteView does it, with the resource that AccessRouteView gives it.
    private async Task<bool> OpensAsync(Type page, Walker walker)
    {
        var attributes = page.GetCustomAttributes(inherit: true);
        if (attributes.Any(attribute => attribute is IAllowAnonymous))
            return true;
        await using var scope = portal.Server.Services.CreateAsyncScope();
        var policy = await AuthorizationPolicy.CombineAsync(
            scope.ServiceProvider.GetRequiredService<IAuthorizationPolicyProvider>(), attributes.OfType<IAuthorizeData>());
        var route = new RouteData(page, new Dictionary<string, object?> { ["slug"] = AccessTable.ValueOf("slug") });
        var result = await scope.ServiceProvider.GetRequiredService<IAuthorizationService>()
            .AuthorizeAsync(portal.PrincipalOf(walker), route, policy!);
        return result.Succeeded;
    }

    private static IEnumerable<(Type Page, string Route)> Pages() => typeof(App).Assembly.GetTypes()
        .SelectMany(type => type.GetCustomAttributes<RouteAttribute>().Select(route => (type, route.Template)));
}
