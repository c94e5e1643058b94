using System.Globalization;
using BackupPortal.Core.Tenancy;
using BackupPortal.Endpoints;

namespace BackupPortal.MaintenanceMode;

/// <summary>Answers a request that has to wait: 503 with <c>Retry-After</c>, as a page for browsers and as a problem for programs.</summary>
internal sealed class WaitingAnswer(TenantStatusReader statuses)
{
    public const int RetryAfterSeconds = 5;

    /// <summary>For who waits in the portal itself.</summary>
    public Task WriteAsync(HttpContext context, Tenant tenant) => WriteAsync(context, tenant, $"/t/{tenant.Slug}/status");

    /// <param name="statusAddress">Where the page asks how far it is.</param>
    public async Task WriteAsync(HttpContext context, Tenant tenant, string statusAddress)
    {
        var culture = CultureInfo.CurrentUICulture;
        var response = context.Response;
        response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        response.Headers.RetryAfter = RetryAfterSeconds.ToString(CultureInfo.InvariantCulture);
        response.Headers.CacheControl = "no-store";
        if (!RequestKind.WantsPage(context.Request))
        {
            await Results.Problem(
                MaintenanceText.Get("ProblemDetail", culture), statusCode: StatusCodes.Status503ServiceUnavailable,
                title: MaintenanceText.Get("Title", culture)).ExecuteAsync(context);
            return;
        }
        var status = await statuses.ReadAsync(tenant, culture, context.RequestAborted);
        var page = WaitingPage.Render(tenant, status, statusAddress, culture, Preferences.ThemeOf(context.Request));
        response.Headers.ContentSecurityPolicy = page.ContentSecurityPolicy;
        response.ContentType = "text/html; charset=utf-8";
        await response.WriteAsync(page.Html, context.RequestAborted);
    }
}
