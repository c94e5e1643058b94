using System.Text.Encodings.Web;
using BackupPortal.Core.Catalog;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace BackupPortal.Access;

/// <summary>Recognises who asks by the token in the <c>Authorization</c> header. What they may do is <see cref="TenantAccess"/>'s to decide.</summary>
internal sealed class TokenHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder, AccessTokenStore tokens, AccountStore accounts)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    private const string Prefix = TokenAuthentication.Scheme + " ";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization.ToString();
        if (header.Length == 0)
            return AuthenticateResult.NoResult();
        var shown = header.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) ? header[Prefix.Length..].Trim() : null;
        // One answer for all that is wrong with it: nobody learns whether a token was ever one.
        if (await tokens.RecogniseAsync(shown, Context.RequestAborted) is not { } token
            || await accounts.FindAsync(token.Account, Context.RequestAborted) is not { } account)
            return AuthenticateResult.Fail("The token is none, or none any more.");
        await tokens.NoteUseAsync(token, Context.Connection.RemoteIpAddress?.ToString(), Context.RequestAborted);
        return AuthenticateResult.Success(new AuthenticationTicket(TokenAuthentication.PrincipalOf(token, account.Email), Scheme.Name));
    }
}
