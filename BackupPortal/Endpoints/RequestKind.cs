using Microsoft.Net.Http.Headers;

namespace BackupPortal.Endpoints;

/// <summary>Tells browsers' page loads from programs' calls.</summary>
internal static class RequestKind
{
    /// <summary>True for everything below <c>/api</c>; that itself is a page.</summary>
    public static bool IsApi(HttpRequest request) => request.Path.StartsWithSegments("/api", out var below) && below.Value is { Length: > 1 };

    /// <summary>True when an HTML page is a good answer.</summary>
    public static bool WantsPage(HttpRequest request) =>
        !IsApi(request)
        && MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out var accepted)
        && accepted.Any(static type => type.MediaType.Equals("text/html", StringComparison.OrdinalIgnoreCase));
}
