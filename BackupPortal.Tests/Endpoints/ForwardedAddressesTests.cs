using BackupPortal.Tests.Hosting;

namespace BackupPortal.Tests.Endpoints;

public sealed class ForwardedAddressesTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task SignIn_SaidToHaveComeByHttps_IsBelievedOnlyWhenConfigured(bool isTrusted)
    {
        await using var server = await PortalServer.StartAsync(builder => builder.Configuration["Access:TrustForwardedHeaders"] = isTrusted.ToString());
        await server.AddAccountAsync("anna@example.org");
        using var visitor = server.NewVisitor();
        visitor.Headers.Add("X-Forwarded-Proto", "https");
        using var form = await visitor.GetAsync("/sign-in");

        var cookie = Assert.Single(form.Headers.GetValues("Set-Cookie"));

        Assert.Equal(isTrusted, cookie.Contains("secure", StringComparison.OrdinalIgnoreCase));
    }
}
