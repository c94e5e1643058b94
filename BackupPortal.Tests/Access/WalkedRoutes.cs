using System.Net;
using System.Text;
using BackupPortal.Tests.Hosting;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.AspNetCore.StaticAssets;

namespace BackupPortal.Tests.Access;

/// <summary>Every route of the portal, found in its own endpoint list.</summary>
internal static class WalkedRoutes
{
    // Files that come with the program hold nothing of anybody; there are hundreds.
    public static IEnumerable<WalkedRoute> Of(WalkedPortal portal) => portal.Server.Services.GetRequiredService<IEnumerable<EndpointDataSource>>()
        .SelectMany(source => source.Endpoints)
        .Cast<RouteEndpoint>()
        .Where(endpoint => endpoint.Metadata.GetMetadata<StaticAssetDescriptor>() is null)
        .Select(endpoint => new WalkedRoute(endpoint));
}

internal sealed class WalkedRoute(RouteEndpoint endpoint)
{
    /// <summary>Method (<c>*</c> for pages, which answer GET and POST by one endpoint) and pattern.</summary>
    public string Key => $"{Method} /{endpoint.RoutePattern.RawText!.Trim('/')}";

    private string Method => endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods is [var only] ? only : "*";

    private string Address => "/" + string.Join('/', endpoint.RoutePattern.PathSegments.Select(
        segment => string.Concat(segment.Parts.Select(part => part switch
        {
            // Nothing is deleted: those who come after look for it, too.
            RoutePatternParameterPart { Name: "file" } when Method == "DELETE" => "no-such-file.zip",
            RoutePatternParameterPart parameter => AccessTable.ValueOf(parameter.Name),
            RoutePatternLiteralPart literal => literal.Content,
            _ => throw new NotSupportedException($"A part of {Key} is neither text nor parameter."),
        }))));

    /// <param name="isPage">As a browser asks, or as a program does.</param>
    /// <param name="refusal">What it has to answer; null for an answer.</param>
    /// <returns>What is wrong; null when nothing is.</returns>
    public async Task<string?> AskAsync(Visitor visitor, bool isPage, HttpStatusCode? refusal)
    {
        // Neither a form that says nothing nor an empty list does anything.
        using HttpContent? content = (Method, Key.Contains(" /api/", StringComparison.Ordinal)) switch
        {
            ("POST" or "PUT", true) => new StringContent("[]", Encoding.UTF8, "application/json"),
            ("POST", false) => new FormUrlEncodedContent([]),
            _ => null,
        };
        using var answer = await visitor.SendAsync(Method == "*" ? HttpMethod.Get : new HttpMethod(Method), Address, content, isPage ? "text/html" : "application/json");
        var isSignIn = answer.Headers.Location?.OriginalString.StartsWith("/sign-in", StringComparison.Ordinal) ?? false;
        var isRight = refusal switch
        {
            null => (int)answer.StatusCode is < 500 and not (401 or 403) && !isSignIn && IsFound(answer.StatusCode),
            HttpStatusCode.Redirect => isSignIn,
            _ => answer.StatusCode == refusal && !isSignIn,
        };
        return isRight ? null : $"{Key} as {(isPage ? "page" : "data")}: {(int)answer.StatusCode}{(isSignIn ? " to sign-in" : "")}, not {refusal?.ToString() ?? "an answer"}";
    }

    // Somebody who may see something must not be told that it is not there. Only these are asked for what really is not: a connection, a file, a
    // snapshot, an operation, a comparison, an upload.
    private bool IsFound(HttpStatusCode status) => status != HttpStatusCode.NotFound
        || Key is "* /_blazor" or "* /hubs/operations" or "* /{**path:file}"
        || endpoint.RoutePattern.Parameters.Any(parameter => parameter.Name is "snapshot" or "operation" or "comparison" or "upload" || (parameter.Name == "file" && Method == "DELETE"));
}
