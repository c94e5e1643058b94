using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;

namespace BackupPortal.Access;

/// <summary>Slows down guessing: forms that take a password or the set-up code, per address they come from.</summary>
internal static class AttemptLimit
{
    public const string Policy = "attempts";

    public static IServiceCollection AddAttemptLimit(this IServiceCollection services) => services.AddRateLimiter(static options =>
    {
        options.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
        options.AddPolicy(Policy, static context =>
        {
            if (!HttpMethods.IsPost(context.Request.Method))
                return RateLimitPartition.GetNoLimiter("reading");
            var settings = context.RequestServices.GetRequiredService<IOptions<AccessOptions>>().Value;
            return RateLimitPartition.GetFixedWindowLimiter(
                context.Connection.RemoteIpAddress?.ToString() ?? "",
                _ => new FixedWindowRateLimiterOptions { PermitLimit = settings.AttemptsPerMinute, Window = TimeSpan.FromMinutes(1) });
        });
    });
}
