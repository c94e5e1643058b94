using Microsoft.AspNetCore.Authorization;

namespace BackupPortal.Access;

/// <summary>Who may open a circuit: everybody who is signed in. Pages without a circuit say for themselves who may see them.</summary>
internal static class CircuitAccess
{
    public static TBuilder WithCircuitsForSignedIn<TBuilder>(this TBuilder pages)
        where TBuilder : IEndpointConventionBuilder
    {
        pages.Add(static endpoint =>
        {
            var address = ((RouteEndpointBuilder)endpoint).RoutePattern.RawText ?? "";
            if (address.TrimStart('/').StartsWith("_blazor", StringComparison.Ordinal))
                endpoint.Metadata.Add(new RequireSignInAttribute());
            else if (address.TrimStart('/').StartsWith("_framework/", StringComparison.Ordinal))
                endpoint.Metadata.Add(new AllowAnonymousAttribute());
        });
        return pages;
    }
}
