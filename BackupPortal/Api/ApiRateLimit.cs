using System.Globalization;
using System.Threading.RateLimiting;
using BackupPortal.Access;
using BackupPortal.Endpoints;
using Microsoft.Extensions.Options;

namespace BackupPortal.Api;

/// <summary>
/// Keeps one program from taking the portal's time from everybody: so many requests in a minute for each token, and for each address without one. Tokens that are
/// none have a smaller number of their own; a good one is let in all the same, so that nobody is locked out by who shares their address.
/// </summary>
internal sealed class ApiRateLimit(RequestDelegate next, IOptions<ApiOptions> options) : IDisposable
{
    private readonly PartitionedRateLimiter<HttpContext> limits = PartitionedRateLimiter.Create<HttpContext, string>(context =>
    {
        var (key, permits) = KeyOf(context, options.Value);
        return RateLimitPartition.GetFixedWindowLimiter(
            key, _ => new FixedWindowRateLimiterOptions { PermitLimit = permits, Window = TimeSpan.FromMinutes(1) });
    });

    public async Task InvokeAsync(HttpContext context)
    {
        if (!RequestKind.IsApi(context.Request))
        {
            await next(context);
            return;
        }
        using var lease = limits.AttemptAcquire(context);
        if (lease.IsAcquired)
        {
            await next(context);
            return;
        }
        context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
        if (lease.TryGetMetadata(MetadataName.RetryAfter, out var wait))
            context.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
    }

    public void Dispose() => limits.Dispose();

    private static (string Key, int Permits) KeyOf(HttpContext context, ApiOptions options)
    {
        if (TokenAuthentication.TokenOf(context.User) is { } token)
            return ($"token {token}", options.RequestsPerMinute);
        var address = context.Connection.RemoteIpAddress;
        return context.Request.Headers.Authorization.Count > 0
            ? ($"failures of {address}", options.FailuresPerMinute)
            : ($"address {address}", options.RequestsPerMinute);
    }
}
