using BackupPortal.Endpoints;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;

namespace BackupPortal.Access;

/// <summary>How a request that may not go on is answered: to sign-in, 401, 403, or 404 where even existence is not to be told.</summary>
internal sealed class AccessAnswer : IAuthorizationMiddlewareResultHandler
{
    public async Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        // No endpoint: there is nothing to keep anybody from, and the end of the pipeline says 404. Nor is there where routing has only an answer of its own for who is
        // known: another method, or another kind of content.
        var isNothing = context.GetEndpoint() is null || (authorizeResult.Forbidden && context.GetEndpoint() is not RouteEndpoint);
        if (authorizeResult.Succeeded || isNothing)
        {
            await next(context);
            return;
        }
        var verdict = authorizeResult.AuthorizationFailure?.FailureReasons.OfType<AccessFailure>().FirstOrDefault()?.Verdict;
        if (authorizeResult.Challenged)
            verdict = AccessVerdict.SignInNeeded;
        Answer(context, verdict ?? AccessVerdict.Forbidden);
    }

    public static int StatusOf(AccessVerdict verdict) => verdict switch
    {
        AccessVerdict.SignInNeeded => StatusCodes.Status401Unauthorized,
        AccessVerdict.NotFound => StatusCodes.Status404NotFound,
        _ => StatusCodes.Status403Forbidden,
    };

    private static void Answer(HttpContext context, AccessVerdict verdict)
    {
        var isForPrograms = RequestKind.IsForPrograms(context);
        if (verdict == AccessVerdict.SignInNeeded && RequestKind.WantsPage(context.Request) && !isForPrograms)
            context.Response.Redirect(AccountAddress.SignIn(context.Request));
        else
            context.Response.StatusCode = StatusOf(verdict);
        if (verdict == AccessVerdict.SignInNeeded && isForPrograms)
            context.Response.Headers.WWWAuthenticate = TokenAuthentication.Scheme;
    }
}
