namespace BackupPortal.Endpoints;

/// <summary>
/// Keeps other sites' pages from making a signed-in person's browser call an endpoint: a header that only our script sends, which no form and no simple request of another site
/// can carry, and the origin that the browser tells.
/// </summary>
internal sealed class OwnPagesOnly : IEndpointFilter
{
    public const string Header = "X-BackupPortal";

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var request = context.HttpContext.Request;
        return HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || IsOwn(request)
            ? await next(context)
            : Results.Problem(statusCode: StatusCodes.Status400BadRequest, title: $"The request needs the header {Header}, and must come from a page of this portal.");
    }

    private static bool IsOwn(HttpRequest request)
    {
        if (!request.Headers.ContainsKey(Header))
            return false;
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        if (site.Length > 0 && site is not ("same-origin" or "none"))
            return false;
        // The scheme may be another one behind a proxy that is not told to be trusted; the host and its port are what tells sites apart.
        return request.Headers.Origin.ToString() is var origin
            && (origin.Length == 0 || (Uri.TryCreate(origin, UriKind.Absolute, out var from) && from.Authority.Equals(request.Host.Value, StringComparison.OrdinalIgnoreCase)));
    }
}
