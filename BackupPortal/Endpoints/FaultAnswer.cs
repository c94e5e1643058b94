using System.Globalization;
using System.Text.Json;
using BackupPortal.Access;
using BackupPortal.Api;
using BackupPortal.Core.Catalog;
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
            problem.Extensions[ApiProblemWriter.Code] = ProblemCode.Of(known.What);
        }
        if (exception is ApiRefusal refusal)
        {
            problem.Title = refusal.Title;
            problem.Extensions[ApiProblemWriter.Code] = refusal.Code;
            if (refusal.Field is { } field)
                problem.Extensions["errors"] = new Dictionary<string, string[]> { [field] = [refusal.Title] };
        }
        if (exception is InvalidTenantException invalid)
        {
            problem.Extensions["errors"] = invalid.Problems.GroupBy(static one => JsonNamingPolicy.CamelCase.ConvertName(one.Field))
                .ToDictionary(static field => field.Key, static field => field.Select(static one => one.Problem.Format(CultureInfo.CurrentUICulture)).ToArray());
        }
        return await problems.TryWriteAsync(new ProblemDetailsContext { HttpContext = httpContext, ProblemDetails = problem });
    }

    private static int StatusOf(Exception exception) => exception switch
    {
        AccessDeniedException denied => AccessAnswer.StatusOf(denied.Verdict),
        BadHttpRequestException bad => bad.StatusCode,
        ApiRefusal refusal => refusal.Status,
        PortalException { CanRetry: true } => StatusCodes.Status503ServiceUnavailable,
        PortalException => StatusCodes.Status422UnprocessableEntity,
        _ => StatusCodes.Status500InternalServerError,
    };
}
