using System.Net;
using BackupPortal.Core.Maintenance;
using BackupPortal.Core.Tenancy;
using BackupPortal.MaintenanceMode;
using BackupPortal.Tests.Hosting;
using Microsoft.Extensions.Options;

namespace BackupPortal.Tests.MaintenanceMode;

public sealed class GateTests : IAsyncDisposable
{
    private PortalServer? server;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => server?.DisposeAsync() ?? ValueTask.CompletedTask;

    // Without any account yet, and with what a browser sends: neither set-up nor a page for the status may come instead.
    [Fact]
    public async Task Gate_OpenClosedAndOpenAgain_SaysSoWithoutBodyCookieOrRedirect()
    {
        var (visitor, tenant) = await StartAsync();

        await CheckAsync(visitor, "/gate/north", HttpStatusCode.NoContent);
        await Guard.EnterAsync(tenant.Slug, null, "somebody", Cancel);
        using var closed = await CheckAsync(visitor, "/gate/north", HttpStatusCode.ServiceUnavailable);
        Assert.Equal(TimeSpan.FromSeconds(5), closed.Headers.RetryAfter!.Delta);
        await Guard.LeaveAsync(tenant.Slug, Cancel);
        await CheckAsync(visitor, "/gate/north", HttpStatusCode.NoContent);
    }

    [Theory]
    [InlineData("/gate/south")]
    [InlineData("/gate/No_School")]
    [InlineData("/gate/south/waiting")]
    [InlineData("/gate/south/status")]
    public async Task Gate_NoSuchSchool_IsNotFound(string address)
    {
        var (visitor, _) = await StartAsync();

        await CheckAsync(visitor, address, HttpStatusCode.NotFound);
    }

    // What comes through a proxy for somebody else is from the world, whatever the address it comes from.
    [Theory]
    [InlineData("X-Forwarded-For", false)]
    [InlineData("X-Forwarded-For", true)]
    [InlineData("X-Real-IP", false)]
    [InlineData("Forwarded", true)]
    public async Task Gate_PassedOnForSomebodyElse_TellsNothing(string header, bool isTrusted)
    {
        var (visitor, tenant) = await StartAsync(("Access:TrustForwardedHeaders", $"{isTrusted}"));
        await Guard.EnterAsync(tenant.Slug, null, "somebody", Cancel);
        visitor.Headers.Add(header, header == "Forwarded" ? "for=127.0.0.1" : "127.0.0.1");

        foreach (var address in new[] { "/gate/north", "/gate/north/waiting", "/gate/north/status" })
            await CheckAsync(visitor, address, HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Gate_FromAnotherNetwork_TellsNothing()
    {
        var (visitor, _) = await StartAsync(("Gate:AllowedNetworks:0", "10.1.0.0/16"));

        await CheckAsync(visitor, "/gate/north", HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("::1", true)]
    [InlineData("::ffff:127.0.0.1", true)]
    [InlineData("10.1.2.3", false)]
    [InlineData("10.1.2.3", true, "10.1.0.0/16", "fd00::/8")]
    [InlineData("::ffff:10.1.2.3", true, "10.1.0.0/16")]
    [InlineData("fd00::7", true, "10.1.0.0/16", "fd00::/8")]
    [InlineData("10.2.0.1", false, "10.1.0.0/16")]
    [InlineData("127.0.0.1", false, "10.1.0.0/16")]
    [InlineData("10.1.0.7", true, "10.1.0.7")]
    [InlineData("10.1.0.8", false, "10.1.0.7")]
    public void IsAllowed_Address_IsDecidedByTheNetworks(string address, bool isAllowed, params string[] networks)
    {
        var context = new DefaultHttpContext { Connection = { RemoteIpAddress = IPAddress.Parse(address) } };

        Assert.Equal(isAllowed, CallerWith(networks).IsAllowed(context));
    }

    [Fact]
    public async Task Start_NetworkThatIsNone_IsRefused()
    {
        var refused = await Assert.ThrowsAsync<OptionsValidationException>(() => StartAsync(("Gate:AllowedNetworks:0", "school")));

        Assert.Contains("'school'", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Waiting_ForABrowser_IsTheWaitingPage()
    {
        var (visitor, tenant) = await StartAsync();
        await Guard.EnterAsync(tenant.Slug, null, "somebody", Cancel);

        using var page = await visitor.GetAsync("/gate/north/waiting");
        using var data = await visitor.GetAsync("/gate/north/waiting", "application/json");
        using var status = await visitor.GetAsync("/gate/north/status", "application/json");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, page.StatusCode);
        Assert.NotNull(page.Headers.RetryAfter);
        var html = await page.Content.ReadAsStringAsync(Cancel);
        Assert.Contains("Schule north", html, StringComparison.Ordinal);
        Assert.Contains("data-status=\"/backupportal-status\"", html, StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "application/problem+json"), (data.StatusCode, data.Content.Headers.ContentType!.MediaType));
        Assert.Contains("\"maintenance\":true", await status.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    private MaintenanceGuard Guard => server!.Services.GetRequiredService<MaintenanceGuard>();

    private static GateCaller CallerWith(params string[] networks)
    {
        var options = new GateOptions();
        foreach (var network in networks)
            options.AllowedNetworks.Add(network);
        return new GateCaller(Options.Create(options));
    }

    private async Task<(Visitor Visitor, Tenant Tenant)> StartAsync(params (string Name, string Value)[] settings)
    {
        server = await PortalServer.StartAsync(builder =>
        {
            foreach (var (name, value) in settings)
                builder.Configuration[name] = value;
        });
        return (server.NewVisitor(), await server.AddTenantAsync("north"));
    }

    private static async Task<HttpResponseMessage> CheckAsync(Visitor visitor, string address, HttpStatusCode expected)
    {
        var answer = await visitor.GetAsync(address);
        Assert.Equal(expected, answer.StatusCode);
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync(Cancel));
        Assert.False(answer.Headers.Contains("Set-Cookie"));
        Assert.True(answer.Headers.CacheControl!.NoStore);
        return answer;
    }
}
