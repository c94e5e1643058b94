using BackupPortal.Access;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;

namespace BackupPortal.Endpoints;

/// <summary>Behind a reverse proxy: who really asks, and whether they came by https. Off unless configured, since anybody can send these headers.</summary>
internal static class ForwardedAddresses
{
    public static void UseForwardedAddresses(this WebApplication app)
    {
        if (app.Services.GetRequiredService<IOptions<AccessOptions>>().Value.TrustForwardedHeaders)
            app.UseForwardedHeaders(new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto });
    }
}
