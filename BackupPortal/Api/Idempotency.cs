using System.Security.Cryptography;
using System.Text.Json;
using BackupPortal.Access;
using BackupPortal.Core.Catalog;

namespace BackupPortal.Api;

/// <summary>On an endpoint that makes something: a caller who names the request by an <c>Idempotency-Key</c> may send it again, and it is done once.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
internal sealed class IdempotentAttribute : Attribute;

/// <summary>Answers a request that was sent before as it was answered then. Only what was done is kept: a fault, or that something is busy, may be tried again.</summary>
internal sealed class Idempotency(RequestDelegate next, KeptAnswerStore answers)
{
    public const string Header = "Idempotency-Key";

    public const string Replayed = "Idempotency-Replayed";

    private const int LongestKey = 100;
    private const int LongestBody = 1 << 20;

    public async Task InvokeAsync(HttpContext context)
    {
        var key = context.Request.Headers[Header].ToString();
        if (key.Length == 0 || context.GetEndpoint()?.Metadata.GetMetadata<IdempotentAttribute>() is null || TokenAuthentication.TokenOf(context.User) is not { } token)
        {
            await next(context);
            return;
        }
        if (key.Length > LongestKey)
            throw ApiRefusal.Invalid(Header, "wrong_idempotency_key", LongestKey);
        var name = new RequestName(token, $"{context.Request.Method} {context.Request.Path}", key);
        var claim = await answers.ClaimAsync(name, await HashAsync(context), context.RequestAborted);
        switch (claim.Outcome)
        {
            case ClaimOutcome.Claimed:
                await RunAsync(context, name);
                break;
            case ClaimOutcome.Answered:
                await ReplayAsync(context, claim.Answer!);
                break;
            case ClaimOutcome.UnderWay:
                throw new ApiRefusal(StatusCodes.Status409Conflict, "idempotency_under_way");
            case ClaimOutcome.Lost:
                throw new ApiRefusal(StatusCodes.Status409Conflict, "idempotency_lost");
            default:
                throw new ApiRefusal(StatusCodes.Status422UnprocessableEntity, "idempotency_other_request");
        }
    }

    private static async Task<string> HashAsync(HttpContext context)
    {
        context.Request.EnableBuffering(LongestBody, LongestBody);
        var hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(context.Request.Body, context.RequestAborted));
        context.Request.Body.Position = 0;
        return hash;
    }

    /// <summary>What has begun is told and kept also when the caller has gone meanwhile: that is when it is sent again.</summary>
    private async Task RunAsync(HttpContext context, RequestName name)
    {
        var body = context.Response.Body;
        using var written = new MemoryStream();
        context.Response.Body = written;
        var isKept = false;
        try
        {
            await next(context);
            if (context.Response.StatusCode is >= 200 and < 300)
            {
                await answers.KeepAsync(name, new KeptAnswer(context.Response.StatusCode, HeadersOf(context.Response), written.ToArray()), CancellationToken.None);
                isKept = true;
            }
        }
        finally
        {
            context.Response.Body = body;
            if (!isKept)
                await answers.GiveUpAsync(name, CancellationToken.None);
        }
        written.Position = 0;
        await written.CopyToAsync(body, context.RequestAborted);
    }

    private static string HeadersOf(HttpResponse response) => JsonSerializer.Serialize(new Dictionary<string, string>
    {
        ["Location"] = response.Headers.Location.ToString(),
        ["Content-Type"] = response.ContentType ?? "",
    });

    private static async Task ReplayAsync(HttpContext context, KeptAnswer answer)
    {
        context.Response.StatusCode = answer.Status;
        foreach (var (header, value) in JsonSerializer.Deserialize<Dictionary<string, string>>(answer.Headers)!.Where(static one => one.Value.Length > 0))
            context.Response.Headers[header] = value;
        context.Response.Headers[Replayed] = "true";
        await context.Response.Body.WriteAsync(answer.Body, context.RequestAborted);
    }
}
