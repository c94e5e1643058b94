using System.Security.Claims;
using BackupPortal.Core.Catalog;
using BackupPortal.Endpoints;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;

namespace BackupPortal.Access;

/// <summary>Says which requests show who they are by a token and which by a cookie; never both.</summary>
internal static class TokenAuthentication
{
    public const string Scheme = "Bearer";

    private const string Chosen = "portal";
    private const string TokenClaim = "backupportal:token";

    /// <summary>Adds the scheme for tokens, and makes the choice between it and the cookie the default.</summary>
    public static AuthenticationBuilder AddTokenOrCookie(this IServiceCollection services) => services.AddAuthentication(Chosen)
        .AddPolicyScheme(Chosen, null, static options => options.ForwardDefaultSelector = SchemeOf)
        .AddScheme<AuthenticationSchemeOptions, TokenHandler>(Scheme, null);

    public static ClaimsPrincipal PrincipalOf(AccessToken token, string email) => new(new ClaimsIdentity(
        [
            new Claim(ClaimTypes.NameIdentifier, token.Account.ToString()),
            new Claim(ClaimTypes.Name, email),
            new Claim(TokenClaim, token.Id.ToString()),
        ], Scheme));

    /// <summary>Null for whoever is signed in by a cookie, or not at all.</summary>
    public static Guid? TokenOf(ClaimsPrincipal user) => Guid.TryParse(user.FindFirstValue(TokenClaim), out var id) ? id : null;

    /// <summary>The API never takes cookies. Pages never take tokens, but for what says that programs use it.</summary>
    private static string SchemeOf(HttpContext context) => RequestKind.IsForPrograms(context) ? Scheme : IdentityConstants.ApplicationScheme;
}

/// <summary>On an endpoint outside of the API that programs use, too: a request with an <c>Authorization</c> header is taken by that, never by its cookie.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
internal sealed class AcceptsTokensAttribute : Attribute;
