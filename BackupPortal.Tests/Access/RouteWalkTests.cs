using System.Net;
using BackupPortal.Tests.Hosting;
using Microsoft.AspNetCore.StaticAssets;

namespace BackupPortal.Tests.Access;

/// <summary>Asks for every route of the portal, found in its own endpoint list, as everybody.</summary>
[Collection(WalkCollection.Name)]
public sealed class RouteWalkTests(WalkedPortal portal)
{
    [Fact]
    public void Routes_OfThePortal_AreExactlyThoseOfTheTable()
    {
        var routes = Endpoints().Select(KeyOf).ToHashSet();

        // First: routes without a row. Second: rows without a route.
        Assert.Empty(routes.Except(AccessTable.Routes.Keys));
        Assert.Empty(AccessTable.Routes.Keys.Except(routes));
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
        foreach (var endpoint in Endpoints())
        {
            foreach (var isPage in (bool[])[true, false])
            {
                var (status, isSignIn) = await AskAsync(endpoint, portal.VisitorOf(walker), isPage);
                if (Problem(endpoint, walker, isPage, status, isSignIn) is { } problem)
                    wrong.Add(problem);
            }
        }
        Assert.Empty(wrong);
    }

    [Fact]
    public async Task Tenant_ForeignOrUnknown_GetsTheSameAnswer()
    {
        var visitor = portal.VisitorOf(Walker.AdminOfAnotherTenant);

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

    private static string? Problem(RouteEndpoint endpoint, Walker walker, bool isPage, HttpStatusCode status, bool isSignIn)
    {
        // A route without a row is told by the other test.
        if (!AccessTable.Routes.TryGetValue(KeyOf(endpoint), out var expected))
            return null;
        var isApi = KeyOf(endpoint).Contains(" /api/", StringComparison.Ordinal);
        var refusal = AccessTable.RefusalOf(expected, walker, isPage && !isApi);
        var isRight = refusal switch
        {
            null => (int)status is < 500 and not (401 or 403) && !isSignIn && IsFound(endpoint, status),
            HttpStatusCode.Redirect => isSignIn,
            _ => status == refusal && !isSignIn,
        };
        return isRight ? null : $"{KeyOf(endpoint)} as {(isPage ? "page" : "data")}: {(int)status}{(isSignIn ? " to sign-in" : "")}, not {refusal?.ToString() ?? "an answer"}";
    }

    // Somebody who may see something must not be told that it is not there. Only these are asked for what really is not: a connection, a file, a
    // snapshot, an operation.
    private static bool IsFound(RouteEndpoint endpoint, HttpStatusCode status) => status != HttpStatusCode.NotFound || KeyOf(endpoint)
        is "* /_blazor" or "* /hubs/operations" or "* /{**path:file}"
        or "* /t/{slug}/backups/{snapshot}" or "* /t/{slug}/operations/{operation}";

    private static async Task<(HttpStatusCode Status, bool IsSignIn)> AskAsync(RouteEndpoint endpoint, Visitor visitor, bool isPage)
    {
        var method = MethodOf(endpoint) switch { "*" => HttpMethod.Get, var name => new HttpMethod(name) };
        using var content = method == HttpMethod.Post ? new FormUrlEncodedContent([]) : null;
        using var answer = await visitor.SendAsync(method, AddressOf(endpoint), content, isPage ? "text/html" : "application/json");
        var isSignIn = answer.Headers.Location?.OriginalString.StartsWith("/sign-in", StringComparison.Ordinal) ?? false;
        return (answer.StatusCode, isSignIn);
    }

    private static async Task<string> BodyAsync(Visitor visitor, string path)
    {
        using var answer = await visitor.GetAsync(path, "application/json");
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        var body = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return System.Text.RegularExpressions.Regex.Replace(body, "\"traceId\":\"[^\"]*\"", "");
    }

    private static string AddressOf(RouteEndpoint endpoint) => "/" + string.Join('/', endpoint.RoutePattern.PathSegments.Select(
        segment => string.Concat(segment.Parts.Select(part => part switch
        {
            Microsoft.AspNetCore.Routing.Patterns.RoutePatternParameterPart parameter => AccessTable.ValueOf(parameter.Name),
            Microsoft.AspNetCore.Routing.Patterns.RoutePatternLiteralPart literal => literal.Content,
            _ => throw new NotSupportedException($"A part of {KeyOf(endpoint)} is neither text nor parameter."),
        }))));

    private static string KeyOf(RouteEndpoint endpoint) => $"{MethodOf(endpoint)} /{endpoint.RoutePattern.RawText!.Trim('/')}";

    // Pages answer GET and POST by one endpoint.
    private static string MethodOf(RouteEndpoint endpoint) =>
        endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods is [var only] ? only : "*";

    // Files that come with the program hold nothing of anybody; there are hundreds.
    private IEnumerable<RouteEndpoint> Endpoints() => portal.Server.Services.GetRequiredService<IEnumerable<EndpointDataSource>>()
        .SelectMany(source => source.Endpoints)
        .Cast<RouteEndpoint>()
        .Where(endpoint => endpoint.Metadata.GetMetadata<StaticAssetDescriptor>() is null);
}
