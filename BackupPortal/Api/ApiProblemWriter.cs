using BackupPortal.Endpoints;

namespace BackupPortal.Api;

/// <summary>
/// Writes every problem of the API (RFC 9457), whatever the caller accepts: with a <c>code</c> that never changes, for programs, and a title in the caller's language.
/// </summary>
internal sealed class ApiProblemWriter : IProblemDetailsWriter
{
    public const string Code = "code";

    public const string ContentType = "application/problem+json";

    public bool CanWrite(ProblemDetailsContext context) => RequestKind.IsForPrograms(context.HttpContext);

    public async ValueTask WriteAsync(ProblemDetailsContext context)
    {
        var (response, problem) = (context.HttpContext.Response, context.ProblemDetails);
        problem.Status = response.StatusCode;
        problem.Type = null;
        if (!problem.Extensions.ContainsKey(Code))
        {
            var code = problem is HttpValidationProblemDetails ? "invalid" : CodeOf(response.StatusCode);
            problem.Extensions[Code] = code;
            // Who waits for a tenant's maintenance has been told so already, in their language.
            if (response.StatusCode != StatusCodes.Status503ServiceUnavailable || problem.Title is null)
                problem.Title = ApiText.Get(code);
        }
        response.Headers.CacheControl = "no-store";
        await response.WriteAsJsonAsync(problem, problem.GetType(), options: null, contentType: ContentType, context.HttpContext.RequestAborted);
    }

    private static string CodeOf(int status) => status switch
    {
        StatusCodes.Status400BadRequest => "bad_request",
        StatusCodes.Status401Unauthorized => "unauthorized",
        StatusCodes.Status403Forbidden => "forbidden",
        StatusCodes.Status404NotFound => "not_found",
        StatusCodes.Status405MethodNotAllowed => "method_not_allowed",
        StatusCodes.Status409Conflict => "conflict",
        StatusCodes.Status412PreconditionFailed => "precondition_failed",
        StatusCodes.Status413PayloadTooLarge => "too_large",
        StatusCodes.Status415UnsupportedMediaType => "unsupported_media_type",
        StatusCodes.Status422UnprocessableEntity => "refused",
        StatusCodes.Status429TooManyRequests => "too_many_requests",
        StatusCodes.Status503ServiceUnavailable => "unavailable",
        < 500 => "bad_request",
        _ => "fault",
    };
}
