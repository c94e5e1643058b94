using System.Net;
using System.Text.Json;
using BackupPortal.Tests.Access;

namespace BackupPortal.Tests.Endpoints;

/// <summary>What is true for answers in general.</summary>
[Collection(WalkCollection.Name)]
public sealed class AnswerTests(WalkedPortal portal)
{
    [Theory]
    [InlineData("/sign-in")]
    [InlineData("/no/such/page")]
    [InlineData("/api/v1/tenants/north/tables")]
    [InlineData("/_framework/blazor.web.js")]
    public async Task Answer_Any_ForbidsFramesSniffingAndForeignScripts(string path)
    {
        using var answer = await portal.VisitorOf(Walker.Stranger).GetAsync(path);

        var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.Contains("script-src 'self';", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("same-origin", Assert.Single(answer.Headers.GetValues("Referrer-Policy")));
        // Only for https, which this portal does not speak here.
        Assert.False(answer.Headers.Contains("Strict-Transport-Security"));
    }

    [Fact]
    public async Task Rows_OfATable_ArePaged()
    {
        using var answer = await portal.ProgramOf(Walker.Member).GetAsync("/api/v1/tenants/north/tables/students/rows?pageSize=1", "application/json");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var page = JsonElement.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal("Mia", page.GetProperty("rows")[0][1].GetProperty("text").GetString());
        Assert.False(page.GetProperty("hasMore").GetBoolean());
    }

    [Theory]
    [InlineData("/api/v1/tenants/north/tables/nothing/rows", 422)]
    [InlineData("/api/v1/tenants/north/tables/students/rows?pageSize=100000", 400)]
    [InlineData("/api/v1/tenants/north/tables/students/rows?page=minus", 400)]
    [InlineData("/api/v1/tenants/north/nothing", 404)]
    public async Task Api_AskedForWhatItCannotGive_AnswersWithAProblem(string path, int status)
    {
        using var answer = await portal.ProgramOf(Walker.Member).GetAsync(path, "application/json");

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        Assert.DoesNotContain("   at ", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Language_Chosen_IsRememberedAndGoesBackToThePage()
    {
        using var visitor = portal.Server.NewVisitor();

        using var answer = await visitor.GetAsync("/preferences/language/de?returnUrl=%2Fsign-in");

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.Equal("/sign-in", answer.Headers.Location!.OriginalString);
        using var page = await visitor.GetAsync("/sign-in");
        Assert.Contains("Anmelden", await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/preferences/language/de?returnUrl=%2F%2Fevil.example")]
    [InlineData("/preferences/theme/dark?returnUrl=https%3A%2F%2Fevil.example")]
    public async Task Preference_WithAForeignReturnAddress_GoesToTheStartPage(string path)
    {
        using var visitor = portal.Server.NewVisitor();

        using var answer = await visitor.GetAsync(path);

        Assert.Equal("/", answer.Headers.Location!.OriginalString);
    }

    [Fact]
    public async Task Theme_SetBackToTheSystems_ForgetsTheCookie()
    {
        using var visitor = portal.Server.NewVisitor();
        (await visitor.GetAsync("/preferences/theme/dark")).Dispose();
        Assert.Contains(visitor.CookiesHere, cookie => cookie.Value == "dark");

        (await visitor.GetAsync("/preferences/theme/system")).Dispose();

        Assert.DoesNotContain(visitor.CookiesHere, cookie => cookie.Value == "dark");
    }
}
