using System.Globalization;
using BackupPortal.Access;
using BackupPortal.Core.Messages;
using BackupPortal.MaintenanceMode;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;

namespace BackupPortal.Endpoints;

/// <summary>
/// Turns what was thrown into an answer: the status always; for programs a problem with words for people where there are some. Browsers get the page
/// for the status. Never a stack trace.
/// </summary>
internal sealed class FaultAnswer(IProblemDetailsService problems) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        httpContext.Response.StatusCode = StatusOf(exception);
        if (httpContext.Response.StatusCode == StatusCodes.Status503ServiceUnavailable)
            httpContext.Response.Headers.RetryAfter = WaitingAnswer.RetryAfterSeconds.ToString(CultureInfo.InvariantCulture);
        if (RequestKind.WantsPage(httpContext.Request))
            return true;
        var problem = new ProblemDetails { Status = httpContext.Response.StatusCode };
        if (exception is PortalException known)
        {
            problem.Title = known.What.Format(CultureInfo.CurrentUICulture);
            problem.Detail = known.Hint?.Format(CultureInfo.CurrentUICulture);
        }
        return await problems.TryWriteAsync(new ProblemDetailsContext { HttpContext = httpContext, ProblemDetails = problem });
    }

    private static int StatusOf(Exception exception) => exception switch
    {
        AccessDeniedException denied => AccessAnswer.StatusOf(denied.Verdict),
        BadHttpRequestException bad => bad.StatusCode,
        PortalException { CanRetry: true } => StatusCodes.Status503ServiceUnavailable,
        PortalException => StatusCodes.Status422UnprocessableEntity,
        _ => StatusCodes.Status500InternalServerError,
    };
}
