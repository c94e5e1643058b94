using System.Net;
using BackupPortal.Core.Catalog;
using BackupPortal.Tests.Hosting;
using Microsoft.AspNetCore.Identity;

namespace BackupPortal.Tests.Access;

public sealed class SignInTests : IAsyncLifetime
{
    private PortalServer server = null!;

    public async ValueTask InitializeAsync()
    {
        server = await PortalServer.StartAsync(builder => builder.Configuration["Access:RecheckInterval"] = "00:00:00.001");
        await server.AddAccountAsync("anna@example.org");
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task SignIn_WithRightPassword_SetsAnHttpOnlyLaxCookieAndOpensTheStartPage()
    {
        using var visitor = server.NewVisitor();

        using var answer = await visitor.SignInAsync("anna@example.org", PortalServer.Password);

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        var cookie = answer.Headers.GetValues("Set-Cookie").Single(value => value.StartsWith("backupportal=", StringComparison.Ordinal));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);
        using var start = await visitor.GetAsync("/");
        Assert.Equal(HttpStatusCode.OK, start.StatusCode);
    }

    [Fact]
    public async Task SignIn_UnknownAddressWrongPasswordOrLockedOut_GivesTheSameAnswer()
    {
        await server.AddAccountAsync("locked@example.org");
        using var visitor = server.NewVisitor();
        for (var attempt = 0; attempt < 5; attempt++)
            (await visitor.SignInAsync("locked@example.org", "not the password")).Dispose();

        var answers = new[]
        {
            await BodyAsync(visitor, "nobody@example.org", "not the password"),
            await BodyAsync(visitor, "anna@example.org", "not the password"),
            await BodyAsync(visitor, "locked@example.org", PortalServer.Password),
        };

        Assert.All(answers, answer => Assert.Equal(answers[0], answer));
        Assert.Contains("role=\"alert\"", answers[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task SignIn_AfterFiveWrongPasswords_IsLockedOutEvenWithTheRightOne()
    {
        using var visitor = server.NewVisitor();
        for (var attempt = 0; attempt < 5; attempt++)
            (await visitor.SignInAsync("anna@example.org", "not the password")).Dispose();

        using var answer = await visitor.SignInAsync("anna@example.org", PortalServer.Password);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        using var start = await visitor.GetAsync("/");
        Assert.Equal(HttpStatusCode.Redirect, start.StatusCode);
    }

    [Theory]
    [InlineData("/account/password", "/account/password")]
    [InlineData("//evil.example", "/")]
    [InlineData("/\\evil.example", "/")]
    [InlineData("https://evil.example", "/")]
    [InlineData("/\t/evil.example", "/")]
    [InlineData("javascript:alert(1)", "/")]
    public async Task SignIn_WithReturnAddress_GoesOnlyToThisPortal(string returnUrl, string expected)
    {
        using var visitor = server.NewVisitor();

        using var answer = await visitor.SignInAsync(
            "anna@example.org", PortalServer.Password, $"/sign-in?returnUrl={Uri.EscapeDataString(returnUrl)}");

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.Equal(new Uri(server.Address, expected), new Uri(server.Address, answer.Headers.Location!));
    }

    [Fact]
    public async Task SignIn_WithoutTheFormsToken_IsRefused()
    {
        using var visitor = server.NewVisitor();
        using var content = new FormUrlEncodedContent(
            [new("_handler", "sign-in"), new("Input.Email", "anna@example.org"), new("Input.Password", PortalServer.Password)]);

        using var answer = await visitor.SendAsync(HttpMethod.Post, "/sign-in", content);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.DoesNotContain(visitor.CookiesHere, cookie => cookie.Name == "backupportal");
    }

    [Fact]
    public async Task SignIn_TooOftenFromOneAddress_IsSlowedDown()
    {
        await using var strict = await PortalServer.StartAsync(builder => builder.Configuration["Access:AttemptsPerMinute"] = "2");
        await strict.AddAccountAsync("anna@example.org");
        using var visitor = strict.NewVisitor();
        (await visitor.SignInAsync("a@example.org", "x")).Dispose();
        (await visitor.SignInAsync("b@example.org", "x")).Dispose();

        using var answer = await visitor.SignInAsync("c@example.org", "x");

        Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
    }

    [Fact]
    public async Task Page_AfterItsAccountIsRemoved_AsksForSignInAgain()
    {
        await server.AddAccountAsync("leaver@example.org");
        using var visitor = await server.SignInAsync("leaver@example.org");
        await server.RemoveAccountAsync("leaver@example.org");

        using var answer = await visitor.GetAsync("/");

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.Equal("/sign-in", answer.Headers.Location!.OriginalString);
    }

    [Fact]
    public async Task ChangePassword_OnOneDevice_EndsTheOthersSignIn()
    {
        await server.AddAccountAsync("two@example.org");
        using var here = await server.SignInAsync("two@example.org");
        using var elsewhere = await server.SignInAsync("two@example.org");

        using var answer = await here.SubmitAsync(
            "/account/password", ("Input.Current", PortalServer.Password), ("Input.Password", "another long password"), ("Input.Repeat", "another long password"));

        Assert.Contains("role=\"status\"", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        using var stillHere = await here.GetAsync("/");
        Assert.Equal(HttpStatusCode.OK, stillHere.StatusCode);
        using var notThere = await elsewhere.GetAsync("/");
        Assert.Equal(HttpStatusCode.Redirect, notThere.StatusCode);
    }

    [Fact]
    public async Task ChangePassword_WithTheWrongCurrentOne_ChangesNothing()
    {
        await server.AddAccountAsync("guess@example.org");
        using var visitor = await server.SignInAsync("guess@example.org");

        using var answer = await visitor.SubmitAsync(
            "/account/password", ("Input.Current", "not the password"), ("Input.Password", "another long password"), ("Input.Repeat", "another long password"));

        Assert.Contains("role=\"alert\"", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        await using var scope = server.Services.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<Account>>();
        Assert.True(await users.CheckPasswordAsync((await users.FindByNameAsync("guess@example.org"))!, PortalServer.Password));
    }

    [Fact]
    public async Task SignOut_WithoutTheFormsToken_KeepsThePersonSignedIn()
    {
        using var visitor = await server.SignInAsync("anna@example.org");
        using var content = new FormUrlEncodedContent([]);

        using var answer = await visitor.SendAsync(HttpMethod.Post, "/sign-out", content);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(visitor.CookiesHere, cookie => cookie.Name == "backupportal");
    }

    private static async Task<string> BodyAsync(Visitor visitor, string email, string password)
    {
        using var answer = await visitor.SignInAsync(email, password);
        var body = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        // What differs by nature: the address that was entered, and one-time values.
        return System.Text.RegularExpressions.Regex.Replace(body[..body.IndexOf("<!--Blazor", StringComparison.Ordinal)], "value=\"[^\"]*\"", "");
    }
}
