using System.Net;
using BackupPortal.Tests.Hosting;

namespace BackupPortal.Tests.Access;

/// <summary>Asks for every route of the portal, found in its own endpoint list, as everybody.</summary>
[Collection(WalkCollection.Name)]
public sealed class RouteWalkTests(WalkedPortal portal)
{
    [Fact]
    public void Routes_OfThePortal_AreExactlyThoseOfTheTable()
    {
        var routes = WalkedRoutes.Of(portal).Select(route => route.Key).ToHashSet();
        var rows = AccessTable.Routes.Keys.Concat(AccessTable.ApiRoutes.Keys).ToHashSet();

        // First: routes without a row. Second: rows without a route.
        Assert.Empty(routes.Except(rows));
        Assert.Empty(rows.Except(routes));
    }

    [Theory]
    [InlineData(Walker.Stranger)]
    [InlineData(Walker.Member)]
    [InlineData(Walker.Admin)]
    [InlineData(Walker.Operator)]
    [InlineData(Walker.AdminOfAnotherTenant)]
    [InlineData(Walker.MemberOfAnotherTenant)]
    public async Task Routes_AskedByEachPerson_AnswerAsTheTableSays(Walker walker)
    {
        var wrong = new List<string>();
        foreach (var route in WalkedRoutes.Of(portal))
        {
            foreach (var isPage in (bool[])[true, false])
            {
                // What is for programs knows no cookies, so that whoever has one is a stranger there.
                var refusal = AccessTable.Routes.TryGetValue(route.Key, out var expected)
                    ? AccessTable.RefusalOf(expected, walker, isPage)
                    : AccessTable.RefusalOf(AccessTable.ApiRoutes[route.Key].Person, Walker.Stranger, isPage: false);
                if (await route.AskAsync(portal.VisitorOf(walker), isPage, refusal) is { } problem)
                    wrong.Add(problem);
            }
        }
        Assert.Empty(wrong);
    }

    [Fact]
    public async Task Tenant_ForeignOrUnknown_GetsTheSameAnswer()
    {
        var visitor = portal.ProgramOf(Walker.AdminOfAnotherTenant);

        var foreign = await BodyAsync(visitor, "/api/v1/tenants/north/tables");
        var unknown = await BodyAsync(visitor, "/api/v1/tenants/nowhere/tables");

        Assert.Equal(foreign, unknown);
    }

    [Fact]
    public async Task Route_ThatDoesNotExist_IsNotFound()
    {
        using var answer = await portal.VisitorOf(Walker.Stranger).GetAsync("/no/such/page");

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    private static async Task<string> BodyAsync(Visitor visitor, string path)
    {
        using var answer = await visitor.GetAsync(path, "application/json");
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        var body = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return System.Text.RegularExpressions.Regex.Replace(body, "\"traceId\":\"[^\"]*\"", "");
    }
}
