using BackupPortal.Access;
using Microsoft.Net.Http.Headers;

namespace BackupPortal.Endpoints;

/// <summary>Tells browsers' page loads from programs' calls.</summary>
internal static class RequestKind
{
    /// <summary>True for everything below <c>/api</c>; that itself is a page.</summary>
    public static bool IsApi(HttpRequest request) => request.Path.StartsWithSegments("/api", out var below) && below.Value is { Length: > 1 };

    /// <summary>True for the API, and for what programs use beside it.</summary>
    public static bool IsForPrograms(HttpContext context) => IsApi(context.Request)
        || (context.Request.Headers.Authorization.Count > 0 && context.GetEndpoint()?.Metadata.GetMetadata<AcceptsTokensAttribute>() is not null);

    /// <summary>The same, as far as it can be told before it is known what is asked for.</summary>
    public static bool MayBeForPrograms(HttpRequest request) => IsApi(request) || request.Headers.Authorization.Count > 0;

    /// <summary>True when an HTML page is a good answer.</summary>
    public static bool WantsPage(HttpRequest request) =>
        !IsApi(request)
        && MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out var accepted)
        && accepted.Any(static type => type.MediaType.Equals("text/html", StringComparison.OrdinalIgnoreCase));
}
