using System.Net;
using BackupPortal.Access;
using BackupPortal.Core.Catalog;
using BackupPortal.Tests.Hosting;

namespace BackupPortal.Tests.Access;

public sealed class SetupTests : IAsyncLifetime
{
    private PortalServer server = null!;
    private string code = "";

    public async ValueTask InitializeAsync()
    {
        server = await PortalServer.StartAsync();
        code = server.Services.GetRequiredService<SetupCode>().Reveal();
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Theory]
    [InlineData("/")]
    [InlineData("/sign-in")]
    [InlineData("/t/some/backups")]
    public async Task Page_WithoutAnyAccount_LeadsToSetup(string page)
    {
        using var visitor = server.NewVisitor();

        using var answer = await visitor.GetAsync(page);

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.Equal("/setup", answer.Headers.Location!.OriginalString);
    }

    [Fact]
    public async Task Setup_WithTheCode_CreatesTheOperatorSignsInAndIsGone()
    {
        using var visitor = server.NewVisitor();

        using var answer = await SubmitAsync(visitor, code, "op@example.org");

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        var account = Assert.Single(await AccountsAsync());
        Assert.True(account.IsOperator);
        using var start = await visitor.GetAsync("/account/password");
        Assert.Equal(HttpStatusCode.OK, start.StatusCode);
        using var again = await visitor.GetAsync("/setup");
        Assert.Equal(HttpStatusCode.NotFound, again.StatusCode);
    }

    [Fact]
    public async Task Setup_WithAWrongCode_CreatesNobody()
    {
        using var visitor = server.NewVisitor();

        using var answer = await SubmitAsync(visitor, "AAAA-AAAA-AAAA", "op@example.org");

        Assert.Contains("role=\"alert\"", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Empty(await AccountsAsync());
    }

    [Fact]
    public async Task Setup_AfterTooManyWrongCodes_NoLongerTakesTheFirstOne()
    {
        using var visitor = server.NewVisitor();
        for (var attempt = 0; attempt < SetupCode.Attempts; attempt++)
            (await SubmitAsync(visitor, "AAAA-AAAA-AAAA", "op@example.org")).Dispose();

        (await SubmitAsync(visitor, code, "op@example.org")).Dispose();
        Assert.Empty(await AccountsAsync());

        (await SubmitAsync(visitor, server.Services.GetRequiredService<SetupCode>().Reveal(), "op@example.org")).Dispose();
        Assert.Single(await AccountsAsync());
    }

    [Fact]
    public async Task Setup_BySeveralAtOnceWithTheCode_CreatesOneOperator()
    {
        var setup = server.Services.GetRequiredService<FirstOperator>();

        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(number => Task.Run(
            () => setup.CreateAsync(code, $"op{number}@example.org", PortalServer.Password, TestContext.Current.CancellationToken))));

        Assert.Single(results, result => result.Outcome == SetupOutcome.Created);
        Assert.Single(await AccountsAsync());
    }

    [Fact]
    public async Task Setup_WithAShortPassword_SaysSoAndKeepsTheCode()
    {
        using var visitor = server.NewVisitor();

        using var answer = await visitor.SubmitAsync(
            "/setup", ("Input.Code", code), ("Input.Email", "op@example.org"), ("Input.Password", "short"), ("Input.Repeat", "short"));

        Assert.Contains("at least 12", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        (await SubmitAsync(visitor, code, "op@example.org")).Dispose();
        Assert.Single(await AccountsAsync());
    }

    private static Task<HttpResponseMessage> SubmitAsync(Visitor visitor, string code, string email) => visitor.SubmitAsync(
        "/setup", ("Input.Code", code), ("Input.Email", email), ("Input.Password", PortalServer.Password), ("Input.Repeat", PortalServer.Password));

    private Task<IReadOnlyList<AccountSummary>> AccountsAsync() =>
        server.Services.GetRequiredService<AccountStore>().ListAsync(TestContext.Current.CancellationToken);
}
